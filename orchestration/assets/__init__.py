"""Assets, one module a door that the data leaves through. Each is three moves: load, one pure function, hand over."""
