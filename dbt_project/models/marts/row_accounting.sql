with

files as (
    select * from {{ ref('stg_files') }}
),

row_versions as (
    select * from {{ ref('stg_row_versions') }}
),

-- Counted a second time from the raw rows themselves, by SQL and not by the ledger's writer.
kept_rows as (
    select
        source_file,
        file_sha256,
        count(*) as rows_kept_in_staging
    from row_versions
    where is_newest and not is_derived
    group by source_file, file_sha256
),

row_accounting as (
    select
        files.source,
        {{ without_addresses('files.source_file') }} as source_file,
        files.file_sha256,
        files.tables,
        files.status,
        files.rows_read,
        files.rows_kept,
        files.rows_excluded,
        files.rows_superseded,
        coalesce(kept_rows.rows_kept_in_staging, 0) as rows_kept_in_staging,
        files.rows_read = files.rows_kept + files.rows_excluded + files.rows_superseded as is_balanced,
        {{ without_addresses('files.message') }} as message,
        files.loaded_at
    from files
    left join kept_rows
        on
            files.source_file = kept_rows.source_file
            and files.file_sha256 = kept_rows.file_sha256
)

select * from row_accounting
