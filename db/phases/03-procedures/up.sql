--! title: Procedures
--! why: A round trip and a statement per row; and under row level security no citext, LIKE or @> may use an index.
--! leave-out: operations
--! serves: import-100k schedule-1m segmentation lead-query
--! expects: Imports and scheduling take one statement for all rows. Reads check the workspace themselves
--! expects: and then use every index of phase 1; pages cost the same at any depth.

\ir ../../functions/assert_workspace_access.sql
\ir ../../functions/session_user_id.sql

\ir ../../functions/lead_import_fault.sql
\ir ../../functions/lead_import_changes.sql
\ir ../../functions/clean_pending_lists.sql
\ir ../../functions/fast_bulk_lead_import.sql
\ir ../../functions/bulk_insert_leads.sql

\ir ../../functions/bulk_schedule_email_sends.sql

\ir ../../functions/like_literal.sql
\ir ../../functions/long_text_fault.sql
\ir ../../functions/lead_filter.sql
\ir ../../functions/search_leads_optimized.sql
\ir ../../functions/count_leads_optimized.sql
\ir ../../functions/find_lead_by_email.sql

\ir ../../functions/segment_refuse.sql
\ir ../../functions/segment_is_date.sql
\ir ../../functions/segment_accepts.sql
\ir ../../functions/segment_size_fault.sql
\ir ../../functions/segment_texts.sql
\ir ../../functions/segment_first_moment.sql
\ir ../../functions/segment_not_before.sql
\ir ../../functions/segment_not_after.sql
\ir ../../functions/segment_term_share.sql
\ir ../../functions/segment_field_equals.sql
\ir ../../functions/segment_condition.sql
\ir ../../functions/segment_is_indexed.sql
\ir ../../functions/segment_where.sql
\ir ../../functions/get_segmented_leads.sql
\ir ../../functions/count_segmented_leads.sql

\ir ../../functions/export_segmented_leads.sql

\ir campaign-metrics.sql
\ir ../../functions/json_text_is_uuid.sql
\ir ../../functions/campaign_metric_fault.sql
\ir ../../functions/batch_update_campaign_metrics.sql
\ir ../../functions/fold_campaign_metrics.sql
\ir ../../functions/email_event_fault.sql
\ir ../../functions/batch_update_email_status.sql

\ir ../../functions/first_moment_of.sql
\ir ../../functions/analytics_periods.sql
\ir ../../functions/get_campaign_analytics.sql
\ir ../../functions/get_lead_growth_analytics.sql

\ir ../../monitoring/table_sizes.sql
\ir ../../monitoring/sample_table_sizes.sql
\ir ../../monitoring/index_reads.sql
\ir ../../monitoring/sample_index_reads.sql
\ir ../../monitoring/get_connection_pool_status.sql
\ir ../../monitoring/statement_times.sql
\ir ../../monitoring/get_query_performance_stats.sql
\ir ../../monitoring/get_database_performance_metrics.sql

\ir ../../jobs/maintenance.sql
\ir ../../functions/analyze_tables.sql
\ir ../../functions/cleanup_old_email_sends.sql
\ir ../../functions/cleanup_job_runs.sql
\ir ../../functions/perform_maintenance_tasks.sql

\ir ../../monitoring/index_faults.sql
\ir ../../monitoring/alert_thresholds.sql
\ir ../../monitoring/alert_slow_queries.sql
\ir ../../monitoring/alert_stale_views.sql
\ir ../../monitoring/alert_failed_jobs.sql
\ir ../../monitoring/table_growth.sql
\ir ../../monitoring/check_alerts.sql

-- Last: what this phase itself sets up needs no line.
\ir audit.sql
