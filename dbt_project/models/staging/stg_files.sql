with

ledger as (
    select * from {{ source('raw', 'files') }}
),

stg_files as (
    select
        file_sha256,
        source,
        source_file,
        tables,
        status,
        message,
        extra_columns,
        rows_read,
        rows_kept,
        rows_excluded,
        rows_superseded,
        loaded_at at time zone 'UTC' as loaded_at
    from ledger
)

select * from stg_files
