/**
 * s(elect), i(nsert), u(pdate, of some columns at least), d(elete), t(runcate), r(eference), g(ive triggers): what each role
 * may do with each table and view of the last state. Nobody may do the last three.
 */
export const RELATIONS: Readonly<Record<string, readonly [app: string, readonly: string]>> = {
  alert_thresholds: ['', 's'],
  analytics_refreshes: ['s', 's'],
  api_keys: ['siud', 's'],
  audit_logs: ['s', 's'],
  automation_executions: ['siud', 's'],
  automation_flows: ['siud', 's'],
  campaign_metric_changes: ['s', 's'],
  campaign_metrics: ['s', 's'],
  campaign_performance: ['', ''],
  campaigns: ['siud', 's'],
  current_index_reads: ['', 's'],
  current_table_sizes: ['', 's'],
  email_sends: ['siud', 's'],
  email_sends_default: ['', ''],
  email_sends_partitioned: ['siud', 's'],
  email_templates: ['siud', 's'],
  index_faults: ['', ''],
  index_reads: ['', 's'],
  index_usage: ['', 's'],
  lead_activities: ['siud', 's'],
  lead_activities_default: ['', ''],
  lead_activities_partitioned: ['siud', 's'],
  lead_analytics: ['', ''],
  lead_segments: ['siud', 's'],
  leads: ['siud', 's'],
  maintenance_jobs: ['', 's'],
  maintenance_runs: ['', 's'],
  migration_changes: ['', ''],
  migration_progress: ['', 's'],
  monthly_partitions: ['', 's'],
  partition_health: ['', 's'],
  partition_ranges: ['s', 's'],
  policy_states: ['', ''],
  policy_states_noted: ['', ''],
  retention_policies: ['', 's'],
  schedule_horizon: ['s', 's'],
  table_growth: ['', 's'],
  table_sizes: ['', 's'],
  users: ['s', 's'],
  webhook_logs: ['siud', 's'],
  webhooks: ['siud', 's'],
  workspace_campaign_performance: ['s', 's'],
  workspace_lead_analytics: ['s', 's'],
  workspace_members: ['s', 's'],
  workspaces: ['su', 's'],
};

/** Functions that somebody but their owner may call. */
export const FUNCTIONS: Readonly<Record<'mailgenius_app' | 'mailgenius_readonly', readonly string[]>> = {
  mailgenius_app: [
    'batch_update_campaign_metrics',
    'batch_update_email_status',
    'bulk_insert_leads',
    'bulk_schedule_email_sends',
    'count_leads_optimized',
    'count_segmented_leads',
    'current_workspace_id',
    'export_segmented_leads',
    'fast_bulk_lead_import',
    'field_terms',
    'find_lead_by_email',
    'get_campaign_analytics',
    'get_lead_growth_analytics',
    'get_segmented_leads',
    'search_leads_optimized',
  ],
  mailgenius_readonly: [
    'check_alerts',
    'current_workspace_id',
    'get_connection_pool_status',
    'get_database_performance_metrics',
    'get_query_performance_stats',
    'partition_range',
  ],
};

/** The same as the server has it, for the role $1. */
export const PRIVILEGES = `
  SELECT relname AS relation,
         concat(CASE WHEN has_table_privilege($1, oid, 'SELECT') THEN 's' END,
                CASE WHEN has_table_privilege($1, oid, 'INSERT') THEN 'i' END,
                CASE WHEN has_any_column_privilege($1, oid, 'UPDATE') THEN 'u' END,
                CASE WHEN has_table_privilege($1, oid, 'DELETE') THEN 'd' END,
                CASE WHEN has_table_privilege($1, oid, 'TRUNCATE') THEN 't' END,
                CASE WHEN has_any_column_privilege($1, oid, 'REFERENCES') THEN 'r' END,
                CASE WHEN has_table_privilege($1, oid, 'TRIGGER') THEN 'g' END) AS privileges
  FROM pg_class
  WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm') AND (NOT relispartition OR relname ~ '_default$')
    AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_class.oid AND deptype = 'e')
  ORDER BY relname`;
