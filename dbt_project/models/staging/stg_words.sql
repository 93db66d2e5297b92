with

words as (
    select * from {{ source('raw', 'words') }}
),

stg_words as (
    select
        usage,
        word,
        published_as
    from words
)

select * from stg_words
