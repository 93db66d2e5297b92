"""Names the definitions share: groups, owners, tags, the public marts. A leaf: it imports nothing."""

from __future__ import annotations

# Groups, in the order in which data flows through them.
LANDING, RAW, SCORED, STAGING, INTERMEDIATE, MARTS, POLICY, INSIGHTS, PUBLISHED, REBUILT, REVIEW, THRESHOLDS = (
    "landing",
    "raw",
    "scored",
    "staging",
    "intermediate",
    "marts",
    "policy",
    "insights",
    "published",
    "rebuilt",
    "review",
    "thresholds",
)

# Owners are teams, so that a person who leaves does not orphan an asset.
OWNERS = {
    LANDING: ["team:data-engineering"],
    RAW: ["team:data-engineering"],
    SCORED: ["team:data-science"],
    STAGING: ["team:data-engineering"],
    INTERMEDIATE: ["team:analytics"],
    MARTS: ["team:analytics"],
    POLICY: ["team:customer-experience"],
    INSIGHTS: ["team:data-science"],
    PUBLISHED: ["team:data-engineering"],
    REVIEW: ["team:data-science"],
    THRESHOLDS: ["team:customer-experience"],
}

# Marts that dbt builds and that are published; a mart in the project but not here stays private.
DBT_MARTS = (
    "dim_accounts",
    "dim_people",
    "dim_stages",
    "fct_touches",
    "fct_jsi_cells",
    "jsi_by_account_week",
    "jsi_by_person_week",
    "jsi_by_stage_role_week",
    "jsi_by_segment_week",
    "jsi_receipts",
    "gate_status",
    "drivers",
    "listening_posts",
    "row_accounting",
    "identity_matches",
    "identity_unmatched",
    "unscored_touches",
    "call_cues",
    "model_health",
)
# Marts that ``insights`` makes; published beside the others.
INSIGHT_MARTS = (
    "revenue_correlation",
    "label_agreement",
    "channel_scales",
    "channel_offsets",
    "rule_agreement",
    "label_queue",
    "provider_audit",
)
PUBLIC_MARTS = DBT_MARTS + INSIGHT_MARTS

# A preview in the Dagster UI is stored by Dagster: only marts without customers' words or names get one.
PREVIEWED = (
    "jsi_by_account_week",
    "jsi_by_stage_role_week",
    "jsi_by_segment_week",
    "gate_status",
    "drivers",
    "listening_posts",
    "row_accounting",
    "identity_matches",
    "unscored_touches",
    "model_health",
    "revenue_correlation",
    "label_agreement",
    "channel_scales",
    "channel_offsets",
    "rule_agreement",
    "provider_audit",
)

# An account may be named after a person, and Dagster keeps what it was shown.
NEVER_PREVIEWED = ("account_name",)

# One writer of the warehouse at a time, whoever starts the run.
WAREHOUSE_POOL = "warehouse"
# A refresh of the sample company takes under a minute; one that hangs is ended after two hours.
MAX_RUNTIME_TAG = {"dagster/max_runtime": "7200"}
