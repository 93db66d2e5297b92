"""Asset checks: each turns a judgement of another room into a tile that is green or red."""
