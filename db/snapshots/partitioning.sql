CREATE EXTENSION IF NOT EXISTS btree_gin WITH SCHEMA public;

COMMENT ON EXTENSION btree_gin IS 'support for indexing common datatypes in GIN';

CREATE EXTENSION IF NOT EXISTS btree_gist WITH SCHEMA public;

COMMENT ON EXTENSION btree_gist IS 'support for indexing common datatypes in GiST';

CREATE EXTENSION IF NOT EXISTS citext WITH SCHEMA public;

COMMENT ON EXTENSION citext IS 'data type for case-insensitive character strings';

CREATE EXTENSION IF NOT EXISTS pg_partman WITH SCHEMA partman;

COMMENT ON EXTENSION pg_partman IS 'Extension to manage partitioned tables by time or ID';

CREATE EXTENSION IF NOT EXISTS pg_stat_statements WITH SCHEMA public;

COMMENT ON EXTENSION pg_stat_statements IS 'track planning and execution statistics of all SQL statements executed';

CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public;

COMMENT ON EXTENSION pg_trgm IS 'text similarity measurement and index searching based on trigrams';

CREATE FUNCTION public.apply_changes(p_source regclass, p_target regclass) RETURNS bigint
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    AS $_$
DECLARE
  applied bigint;
BEGIN
  -- A row that moved within the file may have been copied twice, or in its old version: take it out first.
  EXECUTE format('DELETE FROM %s WHERE id IN (SELECT row_id FROM migration_changes WHERE source_table = $1)',
                 p_target) USING p_source::text;
  EXECUTE format('INSERT INTO %s SELECT * FROM %s
                  WHERE id IN (SELECT row_id FROM migration_changes WHERE source_table = $1)',
                 p_target, p_source) USING p_source::text;
  GET DIAGNOSTICS applied = ROW_COUNT;
  DELETE FROM migration_changes WHERE source_table = p_source::text;
  RETURN applied;
END
$_$;

ALTER FUNCTION public.apply_changes(p_source regclass, p_target regclass) OWNER TO bench;

CREATE FUNCTION public.ask_partman(p_table text, p_months_ahead integer) RETURNS SETOF text
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    SET "TimeZone" TO 'UTC'
    AS $_$
DECLARE
  known constant text[] := ARRAY(SELECT partition_name FROM monthly_partitions WHERE table_name = p_table);
BEGIN
  EXECUTE 'UPDATE partman.part_config SET premake = $2 WHERE parent_table = $1'
  USING 'public.' || p_table, greatest(p_months_ahead, 1);
  EXECUTE 'SELECT partman.run_maintenance($1)' USING 'public.' || p_table;
  RETURN QUERY
  SELECT partition_name FROM monthly_partitions WHERE table_name = p_table AND partition_name <> ALL (known);
END
$_$;

ALTER FUNCTION public.ask_partman(p_table text, p_months_ahead integer) OWNER TO mailgenius_owner;

COMMENT ON FUNCTION public.ask_partman(p_table text, p_months_ahead integer) IS 'Has pg_partman make partitions ahead; returns their names.';

CREATE PROCEDURE public.copy_rows(IN p_source regclass, IN p_target regclass, IN p_blocks integer DEFAULT 8192)
    LANGUAGE plpgsql
    AS $$
DECLARE
  progress public.migration_progress;
  upto     bigint;
  copied   bigint;
BEGIN
  INSERT INTO public.migration_progress (source_table, end_block, source_file)
  VALUES (p_source::text, pg_relation_size(p_source) / current_setting('block_size')::bigint,
          pg_relation_filenode(p_source))
  ON CONFLICT DO NOTHING;

  LOOP
    COMMIT;
    SELECT * INTO progress FROM public.migration_progress WHERE source_table = p_source::text FOR UPDATE;
    EXIT WHEN progress.next_block >= progress.end_block;
    IF pg_relation_filenode(p_source) <> progress.source_file THEN
      RAISE EXCEPTION '% was rewritten during its migration', p_source
        USING ERRCODE = '55000', HINT = 'Empty the target, delete the row of migration_progress, start again.';
    END IF;

    upto := least(progress.next_block + p_blocks, progress.end_block);
    EXECUTE format('INSERT INTO %s SELECT * FROM %s WHERE ctid >= %L AND ctid < %L', p_target, p_source,
                   format('(%s,0)', progress.next_block), format('(%s,0)', upto));
    GET DIAGNOSTICS copied = ROW_COUNT;
    UPDATE public.migration_progress
    SET next_block = upto, rows_copied = rows_copied + copied
    WHERE source_table = p_source::text;
  END LOOP;
END
$$;

ALTER PROCEDURE public.copy_rows(IN p_source regclass, IN p_target regclass, IN p_blocks integer) OWNER TO bench;

CREATE FUNCTION public.create_monthly_partitions(p_months_ahead integer DEFAULT 3) RETURNS SETOF text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    SET "TimeZone" TO 'UTC'
    SET lock_timeout TO '10s'
    AS $_$
DECLARE
  prefix         text;
  parent         text;
  default_part   text;
  partition_name text;
  month          timestamp;
  first_month    timestamp;
  last_month     timestamp;
  goal           constant timestamp := date_trunc('month', now()::timestamp) + make_interval(months => p_months_ahead);
BEGIN
  IF p_months_ahead IS NULL OR p_months_ahead < 0 THEN
    RAISE EXCEPTION 'p_months_ahead must be 0 or more' USING ERRCODE = '22023';
  END IF;
  PERFORM pg_advisory_xact_lock(hashtext('maintenance'));

  FOREACH prefix IN ARRAY ARRAY['email_sends', 'lead_activities'] LOOP
    parent := prefix || '_partitioned';
    default_part := prefix || '_default';
    -- Months that retention has removed stay removed; those beyond the last are pg_partman's where it is at work.
    SELECT coalesce(min(part.month), '2024-01-01'),
           CASE WHEN is_partman_managed(parent) THEN max(part.month) ELSE goal END
    INTO first_month, last_month
    FROM monthly_partitions AS part
    WHERE part.table_name = parent;

    FOR month IN
      SELECT expected FROM generate_series(first_month, last_month, '1 month') AS expected
      WHERE NOT EXISTS (SELECT FROM monthly_partitions AS part WHERE part.table_name = parent AND part.month = expected)
    LOOP
      partition_name := prefix || to_char(month, '"_y"YYYY"m"MM');
      -- Made apart and attached: unlike CREATE … PARTITION OF, that does not lock out the parent's readers,
      -- and it leaves room to fetch the month's rows out of the default partition, which would forbid it.
      EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING ALL)', partition_name, parent);
      -- The parent, not the default partition: a writer that has chosen the default and waits for it would find
      -- that its row does not belong there any more, and fail.
      EXECUTE format('LOCK TABLE %I IN SHARE ROW EXCLUSIVE MODE', parent);
      EXECUTE format('WITH moved AS (DELETE FROM %I WHERE created_at >= $1 AND created_at < $2 RETURNING *)
                      INSERT INTO %I SELECT * FROM moved', default_part, partition_name)
        USING month::timestamptz, (month + interval '1 month')::timestamptz;
      EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
                     parent, partition_name, month::timestamptz, (month + interval '1 month')::timestamptz);
      RETURN NEXT partition_name;
    END LOOP;

    IF is_partman_managed(parent) THEN
      RETURN QUERY SELECT * FROM ask_partman(parent, p_months_ahead);
    END IF;
  END LOOP;
END
$_$;

ALTER FUNCTION public.create_monthly_partitions(p_months_ahead integer) OWNER TO mailgenius_owner;

COMMENT ON FUNCTION public.create_monthly_partitions(p_months_ahead integer) IS 'Makes the missing monthly partitions up to p_months_ahead from now; returns their names.';

CREATE FUNCTION public.current_workspace_id() RETURNS uuid
    LANGUAGE sql STABLE SECURITY DEFINER PARALLEL SAFE
    SET search_path TO 'public', 'pg_temp'
    AS $$
  SELECT workspace_id
  FROM workspace_members
  WHERE workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid
    AND user_id = nullif(current_setting('app.user_id', true), '')::uuid
    AND status = 'active'
$$;

ALTER FUNCTION public.current_workspace_id() OWNER TO mailgenius_owner;

COMMENT ON FUNCTION public.current_workspace_id() IS 'app.workspace_id if app.user_id is an active member of it, else NULL. Cost: one index look-up.';

CREATE FUNCTION public.is_partman_managed(p_table text) RETURNS boolean
    LANGUAGE plpgsql STABLE
    SET search_path TO 'public', 'pg_temp'
    AS $_$
DECLARE
  managed boolean := false;
BEGIN
  IF to_regclass('partman.part_config') IS NOT NULL THEN
    EXECUTE 'SELECT EXISTS (SELECT FROM partman.part_config WHERE parent_table = $1)'
    INTO managed USING 'public.' || p_table;
  END IF;
  RETURN managed;
END
$_$;

ALTER FUNCTION public.is_partman_managed(p_table text) OWNER TO mailgenius_owner;

COMMENT ON FUNCTION public.is_partman_managed(p_table text) IS 'Whether pg_partman makes the partitions of a table.';

CREATE FUNCTION public.log_migration_change() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
BEGIN
  INSERT INTO migration_changes (source_table, row_id)
  VALUES (TG_TABLE_NAME, CASE TG_OP WHEN 'INSERT' THEN NEW.id ELSE OLD.id END);
  RETURN NULL;
END
$$;

ALTER FUNCTION public.log_migration_change() OWNER TO mailgenius_owner;

CREATE FUNCTION public.prove_equal(p_source regclass, p_target regclass) RETURNS text
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE
  source     record;
  target     record;
  digest_sql constant text := 'SELECT count(*) AS rows, sum(hash_record_extended(t, 0)) AS digest FROM %s AS t';
BEGIN
  EXECUTE format(digest_sql, p_source) INTO source;
  EXECUTE format(digest_sql, p_target) INTO target;
  IF source IS DISTINCT FROM target THEN
    RAISE EXCEPTION '% has % rows (digest %), % has % rows (digest %)',
      p_source, source.rows, source.digest, p_target, target.rows, target.digest
      USING ERRCODE = 'data_exception', HINT = 'Nothing was switched: the old table is still in use.';
  END IF;

  UPDATE migration_progress
  SET source_rows = source.rows, source_digest = source.digest,
      target_rows = target.rows, target_digest = target.digest, proven_at = now()
  WHERE source_table = p_source::text;
  RETURN format('%s rows, digest %s', source.rows, source.digest);
END
$$;

ALTER FUNCTION public.prove_equal(p_source regclass, p_target regclass) OWNER TO bench;

CREATE FUNCTION public.set_updated_at() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  NEW.updated_at := now();
  RETURN NEW;
END
$$;

ALTER FUNCTION public.set_updated_at() OWNER TO mailgenius_owner;

COMMENT ON FUNCTION public.set_updated_at() IS 'Trigger: stamps the row with the time of the transaction that changed it.';

CREATE FUNCTION public.setup_partman() RETURNS TABLE(table_name text, problem text)
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    SET "TimeZone" TO 'UTC'
    AS $_$
DECLARE
  known      constant text := (SELECT default_version FROM pg_available_extensions WHERE name = 'pg_partman');
  own_default text;
  next_month date;
BEGIN
  FOREACH table_name IN ARRAY ARRAY['email_sends_partitioned', 'lead_activities_partitioned'] LOOP
    problem := CASE WHEN known IS NULL THEN 'this server has no pg_partman' END;
    IF problem IS NULL THEN
      CREATE SCHEMA IF NOT EXISTS partman;
      CREATE EXTENSION IF NOT EXISTS pg_partman SCHEMA partman;
      IF NOT is_partman_managed(table_name) THEN
        own_default := replace(table_name, '_partitioned', '_default');
        SELECT max(month) + interval '1 month' INTO next_month
        FROM monthly_partitions AS part WHERE part.table_name = setup_partman.table_name;

        -- It insists on a default partition of its own making; ours is watched by name and comes back after.
        EXECUTE format('ALTER TABLE %I DETACH PARTITION %I', table_name, own_default);
        EXECUTE CASE WHEN split_part(known, '.', 1)::integer >= 5 THEN
          'SELECT partman.create_parent(p_parent_table => $1, p_control => ''created_at'', p_interval => ''1 month'',
                                        p_start_partition => $2, p_premake => 3)'
        ELSE
          'SELECT partman.create_parent($1, ''created_at'', ''native'', ''monthly'', p_start_partition => $2, p_premake => 3)'
        END USING 'public.' || table_name, next_month::text;
        EXECUTE format('ALTER TABLE %I DETACH PARTITION %I', table_name, table_name || '_default');
        EXECUTE format('DROP TABLE %I', table_name || '_default');
        EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I DEFAULT', table_name, own_default);

        GRANT USAGE ON SCHEMA partman TO mailgenius_owner;
        GRANT ALL ON ALL TABLES IN SCHEMA partman TO mailgenius_owner;
        GRANT EXECUTE ON ALL ROUTINES IN SCHEMA partman TO mailgenius_owner;

        -- Ahead of today, not of the newest row; and rows that wait in the default partition are our business.
        UPDATE partman.part_config SET infinite_time_partitions = true, ignore_default_data = true
        WHERE parent_table = 'public.' || setup_partman.table_name;
      END IF;
    END IF;
    RETURN NEXT;
  END LOOP;
END
$_$;

ALTER FUNCTION public.setup_partman() OWNER TO mailgenius_owner;

COMMENT ON FUNCTION public.setup_partman() IS 'Hands the making of months ahead to pg_partman, where the server has it.';

CREATE FUNCTION public.watch_changes(p_source regclass) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    AS $$
BEGIN
  EXECUTE format('CREATE OR REPLACE TRIGGER log_migration_change AFTER INSERT OR UPDATE OR DELETE ON %s
                  FOR EACH ROW EXECUTE FUNCTION log_migration_change()', p_source);
END
$$;

ALTER FUNCTION public.watch_changes(p_source regclass) OWNER TO bench;

CREATE TABLE public.api_keys (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    workspace_id uuid NOT NULL,
    name text NOT NULL,
    key_hash text NOT NULL,
    last_used_at timestamp(3) with time zone,
    revoked_at timestamp(3) with time zone,
    created_at timestamp(3) with time zone DEFAULT now() NOT NULL
);

ALTER TABLE public.api_keys OWNER TO mailgenius_owner;

CREATE TABLE public.audit_logs (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    workspace_id uuid,
    user_id uuid,
    action text NOT NULL,
    object_type text NOT NULL,
    object_id uuid,
    details jsonb DEFAULT '{}'::jsonb NOT NULL,
    created_at timestamp(3) with time zone DEFAULT now() NOT NULL
);

ALTER TABLE public.audit_logs OWNER TO mailgenius_owner;

CREATE TABLE public.automation_executions (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    workspace_id uuid NOT NULL,
    flow_id uuid NOT NULL,
    lead_id uuid NOT NULL,
    status text DEFAULT 'running'::text NOT NULL,
    state jsonb DEFAULT '{}'::jsonb NOT NULL,
    started_at timestamp(3) with time zone DEFAULT now() NOT NULL,
    finished_at timestamp(3) with time zone,
    CONSTRAINT automation_executions_status_check CHECK ((status = ANY (ARRAY['running'::text, 'waiting'::text, 'completed'::text, 'failed'::text, 'cancelled'::text])))
);

ALTER TABLE public.automation_executions OWNER TO mailgenius_owner;

CREATE TABLE public.automation_flows (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    workspace_id uuid NOT NULL,
    name text NOT NULL,
    status text DEFAULT 'draft'::text NOT NULL,
    trigger_type text NOT NULL,
    definition jsonb DEFAULT '{}'::jsonb NOT NULL,
    created_at timestamp(3) with time zone DEFAULT now() NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT now() NOT NULL,
    CONSTRAINT automation_flows_status_check CHECK ((status = ANY (ARRAY['draft'::text, 'active'::text, 'paused'::text])))
);

ALTER TABLE public.automation_flows OWNER TO mailgenius_owner;

CREATE TABLE public.campaigns (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    workspace_id uuid NOT NULL,
    name text NOT NULL,
    subject text DEFAULT ''::text NOT NULL,
    status text DEFAULT 'draft'::text NOT NULL,
    template_id uuid,
    segment_id uuid,
    send_at timestamp(3) with time zone,
    sent_at timestamp(3) with time zone,
    total_recipients integer DEFAULT 0 NOT NULL,
    delivered integer DEFAULT 0 NOT NULL,
    opened integer DEFAULT 0 NOT NULL,
    clicked integer DEFAULT 0 NOT NULL,
    bounced integer DEFAULT 0 NOT NULL,
    unsubscribed integer DEFAULT 0 NOT NULL,
    complained integer DEFAULT 0 NOT NULL,
    created_at timestamp(3) with time zone DEFAULT now() NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT now() NOT NULL,
    sends_created_at timestamp(3) with time zone,
    CONSTRAINT campaigns_status_check CHECK ((status = ANY (ARRAY['draft'::text, 'scheduled'::text, 'sending'::text, 'sent'::text, 'completed'::text, 'paused'::text, 'cancelled'::text])))
);

ALTER TABLE public.campaigns OWNER TO mailgenius_owner;

COMMENT ON COLUMN public.campaigns.sends_created_at IS 'created_at of every send of this campaign, set once when it is first scheduled.';

CREATE TABLE public.email_sends_partitioned (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    workspace_id uuid NOT NULL,
    campaign_id uuid NOT NULL,
    lead_id uuid NOT NULL,
    email public.citext NOT NULL,
    status text DEFAULT 'pending'::text NOT NULL,
    provider_message_id text,
    sent_at timestamp(3) with time zone,
    delivered_at timestamp(3) with time zone,
    opened_at timestamp(3) with time zone,
    clicked_at timestamp(3) with time zone,
    bounced_at timestamp(3) with time zone,
    unsubscribed_at timestamp(3) with time zone,
    complained_at timestamp(3) with time zone,
    failed_at timestamp(3) with time zone,
    created_at timestamp(3) with time zone DEFAULT now() NOT NULL,
    CONSTRAINT email_sends_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'sent'::text, 'delivered'::text, 'bounced'::text, 'complained'::text])))
)
PARTITION BY RANGE (created_at);

ALTER TABLE public.email_sends_partitioned OWNER TO mailgenius_owner;

CREATE VIEW public.email_sends WITH (security_invoker='true') AS
 SELECT email_sends_partitioned.id,
    email_sends_partitioned.workspace_id,
    email_sends_partitioned.campaign_id,
    email_sends_partitioned.lead_id,
    email_sends_partitioned.email,
    email_sends_partitioned.status,
    email_sends_partitioned.provider_message_id,
    email_sends_partitioned.sent_at,
    email_sends_partitioned.delivered_at,
    email_sends_partitioned.opened_at,
    email_sends_partitioned.clicked_at,
    email_sends_partitioned.bounced_at,
    email_sends_partitioned.unsubscribed_at,
    email_sends_partitioned.complained_at,
    email_sends_partitioned.failed_at,
    email_sends_partitioned.created_at
   FROM public.email_sends_partitioned;

ALTER TABLE public.email_sends OWNER TO mailgenius_owner;

CREATE TABLE public.email_sends_default (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    workspace_id uuid NOT NULL,
    campaign_id uuid NOT NULL,
    lead_id uuid NOT NULL,
    email public.citext NOT NULL,
    status text DEFAULT 'pending'::text NOT NULL,
    provider_message_id text,
    sent_at timestamp(3) with time zone,
    delivered_at timestamp(3) with time zone,
    opened_at timestamp(3) with time zone,
    clicked_at timestamp(3) with time zone,
    bounced_at timestamp(3) with time zone,
    unsubscribed_at timestamp(3) with time zone,
    complained_at timestamp(3) with time zone,
    failed_at timestamp(3) with time zone,
    created_at timestamp(3) with time zone DEFAULT now() NOT NULL,
    CONSTRAINT email_sends_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'sent'::text, 'delivered'::text, 'bounced'::text, 'complained'::text])))
);

ALTER TABLE public.email_sends_default OWNER TO mailgenius_owner;

CREATE TABLE public.email_templates (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    workspace_id uuid NOT NULL,
    name text NOT NULL,
    subject text NOT NULL,
    html text DEFAULT ''::text NOT NULL,
    created_at timestamp(3) with time zone DEFAULT now() NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT now() NOT NULL
);

ALTER TABLE public.email_templates OWNER TO mailgenius_owner;

CREATE VIEW public.index_usage AS
 SELECT usage.schemaname AS schema_name,
    usage.relname AS table_name,
    usage.indexrelname AS index_name,
    pg_relation_size((usage.indexrelid)::regclass) AS bytes,
    usage.idx_scan AS scans,
    usage.idx_tup_read AS entries_read,
    usage.idx_tup_fetch AS rows_fetched,
    definition.indisunique AS is_unique,
    definition.indisvalid AS is_valid,
    ((usage.idx_scan = 0) AND (NOT definition.indisunique)) AS is_unused
   FROM (pg_stat_user_indexes usage
     JOIN pg_index definition USING (indexrelid));

ALTER TABLE public.index_usage OWNER TO mailgenius_owner;

COMMENT ON VIEW public.index_usage IS 'Size and use of each index since the statistics were last reset.';

CREATE TABLE public.lead_activities_partitioned (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    workspace_id uuid NOT NULL,
    lead_id uuid NOT NULL,
    activity_type text NOT NULL,
    data jsonb DEFAULT '{}'::jsonb NOT NULL,
    created_at timestamp(3) with time zone DEFAULT now() NOT NULL
)
PARTITION BY RANGE (created_at);

ALTER TABLE public.lead_activities_partitioned OWNER TO mailgenius_owner;

CREATE VIEW public.lead_activities WITH (security_invoker='true') AS
 SELECT lead_activities_partitioned.id,
    lead_activities_partitioned.workspace_id,
    lead_activities_partitioned.lead_id,
    lead_activities_partitioned.activity_type,
    lead_activities_partitioned.data,
    lead_activities_partitioned.created_at
   FROM public.lead_activities_partitioned;

ALTER TABLE public.lead_activities OWNER TO mailgenius_owner;

CREATE TABLE public.lead_activities_default (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    workspace_id uuid NOT NULL,
    lead_id uuid NOT NULL,
    activity_type text NOT NULL,
    data jsonb DEFAULT '{}'::jsonb NOT NULL,
    created_at timestamp(3) with time zone DEFAULT now() NOT NULL
);

ALTER TABLE public.lead_activities_default OWNER TO mailgenius_owner;

CREATE TABLE public.lead_segments (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    workspace_id uuid NOT NULL,
    name text NOT NULL,
    conditions jsonb DEFAULT '{"and": []}'::jsonb NOT NULL,
    created_at timestamp(3) with time zone DEFAULT now() NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT now() NOT NULL
);

ALTER TABLE public.lead_segments OWNER TO mailgenius_owner;

CREATE TABLE public.leads (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    workspace_id uuid NOT NULL,
    email public.citext NOT NULL,
    name text,
    phone text,
    company text,
    "position" text,
    source text DEFAULT 'manual'::text NOT NULL,
    status text DEFAULT 'active'::text NOT NULL,
    tags text[] DEFAULT '{}'::text[] NOT NULL,
    custom_fields jsonb DEFAULT '{}'::jsonb NOT NULL,
    created_at timestamp(3) with time zone DEFAULT now() NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT now() NOT NULL,
    CONSTRAINT leads_source_check CHECK ((source = ANY (ARRAY['form'::text, 'import'::text, 'api'::text, 'webhook'::text, 'manual'::text]))),
    CONSTRAINT leads_status_check CHECK ((status = ANY (ARRAY['active'::text, 'unsubscribed'::text, 'bounced'::text, 'complained'::text])))
);
ALTER TABLE ONLY public.leads ALTER COLUMN name SET STATISTICS 1000;
ALTER TABLE ONLY public.leads ALTER COLUMN company SET STATISTICS 1000;
ALTER TABLE ONLY public.leads ALTER COLUMN custom_fields SET STATISTICS 1000;

ALTER TABLE public.leads OWNER TO mailgenius_owner;

CREATE TABLE public.migration_changes (
    source_table text NOT NULL,
    row_id uuid NOT NULL
);

ALTER TABLE public.migration_changes OWNER TO mailgenius_owner;

CREATE TABLE public.migration_progress (
    source_table text NOT NULL,
    next_block bigint DEFAULT 0 NOT NULL,
    end_block bigint NOT NULL,
    source_file oid NOT NULL,
    rows_copied bigint DEFAULT 0 NOT NULL,
    source_rows bigint,
    source_digest numeric,
    target_rows bigint,
    target_digest numeric,
    proven_at timestamp with time zone
);

ALTER TABLE public.migration_progress OWNER TO mailgenius_owner;

CREATE VIEW public.monthly_partitions AS
 SELECT (parent.relname)::text AS table_name,
    part.oid AS partition_oid,
    (part.relname)::text AS partition_name,
    ((("substring"(pg_get_expr(part.relpartbound, part.oid), 'FROM \(''([^'']+)'::text))::timestamp with time zone AT TIME ZONE 'UTC'::text))::date AS month
   FROM ((pg_class parent
     JOIN pg_inherits ON ((pg_inherits.inhparent = parent.oid)))
     JOIN pg_class part ON ((part.oid = pg_inherits.inhrelid)))
  WHERE ((parent.relnamespace = ('public'::regnamespace)::oid) AND (parent.relname = ANY (ARRAY['email_sends_partitioned'::name, 'lead_activities_partitioned'::name])) AND (pg_get_expr(part.relpartbound, part.oid) <> 'DEFAULT'::text));

ALTER TABLE public.monthly_partitions OWNER TO mailgenius_owner;

COMMENT ON VIEW public.monthly_partitions IS 'Partitions of sends and activities, and the month of each.';

CREATE VIEW public.partition_health AS
 WITH watched(table_name, default_rows) AS (
         SELECT 'email_sends_partitioned'::text AS "?column?",
            ( SELECT count(*) AS count
                   FROM public.email_sends_default) AS count
        UNION ALL
         SELECT 'lead_activities_partitioned'::text,
            ( SELECT count(*) AS count
                   FROM public.lead_activities_default) AS count
        )
 SELECT watched.table_name,
    watched.default_rows,
    (count(monthly.month))::integer AS partitions,
    min(monthly.month) AS first_month,
    max(monthly.month) AS last_month,
    (count(monthly.month) FILTER (WHERE (monthly.month > this_month.day)))::integer AS months_ahead,
    ( SELECT array_agg((expected.expected)::date ORDER BY expected.expected) AS array_agg
           FROM generate_series((min(monthly.month))::timestamp with time zone, (GREATEST(max(monthly.month), this_month.day))::timestamp with time zone, '1 mon'::interval) expected(expected)
          WHERE (NOT ((expected.expected)::date = ANY (array_agg(monthly.month) FILTER (WHERE (monthly.month IS NOT NULL)))))) AS missing_months,
    (sum(pg_total_relation_size((monthly.partition_oid)::regclass)))::bigint AS bytes
   FROM ((watched
     LEFT JOIN public.monthly_partitions monthly USING (table_name))
     CROSS JOIN ( SELECT (date_trunc('month'::text, (now() AT TIME ZONE 'UTC'::text)))::date AS day) this_month)
  GROUP BY watched.table_name, watched.default_rows, this_month.day;

ALTER TABLE public.partition_health OWNER TO mailgenius_owner;

COMMENT ON VIEW public.partition_health IS 'Healthy: default_rows 0, missing_months NULL, months_ahead at least 1.';

CREATE TABLE public.users (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    email public.citext NOT NULL,
    name text,
    created_at timestamp(3) with time zone DEFAULT now() NOT NULL
);

ALTER TABLE public.users OWNER TO mailgenius_owner;

CREATE TABLE public.webhook_logs (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    workspace_id uuid NOT NULL,
    webhook_id uuid NOT NULL,
    event text NOT NULL,
    payload jsonb DEFAULT '{}'::jsonb NOT NULL,
    response_code integer,
    created_at timestamp(3) with time zone DEFAULT now() NOT NULL
);

ALTER TABLE public.webhook_logs OWNER TO mailgenius_owner;

CREATE TABLE public.webhooks (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    workspace_id uuid NOT NULL,
    url text NOT NULL,
    events text[] DEFAULT '{}'::text[] NOT NULL,
    active boolean DEFAULT true NOT NULL,
    created_at timestamp(3) with time zone DEFAULT now() NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT now() NOT NULL
);

ALTER TABLE public.webhooks OWNER TO mailgenius_owner;

CREATE TABLE public.workspace_members (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    workspace_id uuid NOT NULL,
    user_id uuid NOT NULL,
    role text DEFAULT 'member'::text NOT NULL,
    status text DEFAULT 'active'::text NOT NULL,
    created_at timestamp(3) with time zone DEFAULT now() NOT NULL,
    CONSTRAINT workspace_members_role_check CHECK ((role = ANY (ARRAY['owner'::text, 'admin'::text, 'member'::text, 'viewer'::text]))),
    CONSTRAINT workspace_members_status_check CHECK ((status = ANY (ARRAY['active'::text, 'invited'::text, 'suspended'::text])))
);

ALTER TABLE public.workspace_members OWNER TO mailgenius_owner;

CREATE TABLE public.workspaces (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    name text NOT NULL,
    slug text NOT NULL,
    plan text DEFAULT 'free'::text NOT NULL,
    settings jsonb DEFAULT '{}'::jsonb NOT NULL,
    created_at timestamp(3) with time zone DEFAULT now() NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT now() NOT NULL
);

ALTER TABLE public.workspaces OWNER TO mailgenius_owner;

ALTER TABLE ONLY public.email_sends_partitioned ATTACH PARTITION public.email_sends_default DEFAULT;

ALTER TABLE ONLY public.lead_activities_partitioned ATTACH PARTITION public.lead_activities_default DEFAULT;

ALTER TABLE ONLY public.api_keys
    ADD CONSTRAINT api_keys_key_hash_key UNIQUE (key_hash);

ALTER TABLE ONLY public.api_keys
    ADD CONSTRAINT api_keys_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.audit_logs
    ADD CONSTRAINT audit_logs_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.automation_executions
    ADD CONSTRAINT automation_executions_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.automation_flows
    ADD CONSTRAINT automation_flows_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.campaigns
    ADD CONSTRAINT campaigns_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.email_sends_partitioned
    ADD CONSTRAINT email_sends_partitioned_campaign_id_lead_id_created_at_key UNIQUE (campaign_id, lead_id, created_at);

ALTER TABLE ONLY public.email_sends_default
    ADD CONSTRAINT email_sends_default_campaign_id_lead_id_created_at_key UNIQUE (campaign_id, lead_id, created_at);

ALTER TABLE ONLY public.email_sends_partitioned
    ADD CONSTRAINT email_sends_partitioned_pkey PRIMARY KEY (id, created_at);

ALTER TABLE ONLY public.email_sends_default
    ADD CONSTRAINT email_sends_default_pkey PRIMARY KEY (id, created_at);

ALTER TABLE ONLY public.email_templates
    ADD CONSTRAINT email_templates_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.lead_activities_partitioned
    ADD CONSTRAINT lead_activities_partitioned_pkey PRIMARY KEY (id, created_at);

ALTER TABLE ONLY public.lead_activities_default
    ADD CONSTRAINT lead_activities_default_pkey PRIMARY KEY (id, created_at);

ALTER TABLE ONLY public.lead_segments
    ADD CONSTRAINT lead_segments_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.leads
    ADD CONSTRAINT leads_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.leads
    ADD CONSTRAINT leads_workspace_id_email_key UNIQUE (workspace_id, email);

ALTER TABLE ONLY public.migration_progress
    ADD CONSTRAINT migration_progress_pkey PRIMARY KEY (source_table);

ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_email_key UNIQUE (email);

ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.webhook_logs
    ADD CONSTRAINT webhook_logs_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.webhooks
    ADD CONSTRAINT webhooks_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.workspace_members
    ADD CONSTRAINT workspace_members_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.workspace_members
    ADD CONSTRAINT workspace_members_workspace_id_user_id_key UNIQUE (workspace_id, user_id);

ALTER TABLE ONLY public.workspaces
    ADD CONSTRAINT workspaces_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.workspaces
    ADD CONSTRAINT workspaces_slug_key UNIQUE (slug);

CREATE INDEX api_keys_workspace_idx ON public.api_keys USING btree (workspace_id);

CREATE INDEX audit_logs_user_idx ON public.audit_logs USING btree (user_id);

CREATE INDEX audit_logs_workspace_idx ON public.audit_logs USING btree (workspace_id, created_at);

CREATE INDEX automation_executions_flow_idx ON public.automation_executions USING btree (flow_id);

CREATE INDEX automation_executions_lead_idx ON public.automation_executions USING btree (lead_id);

CREATE INDEX automation_executions_workspace_idx ON public.automation_executions USING btree (workspace_id);

CREATE INDEX automation_flows_workspace_idx ON public.automation_flows USING btree (workspace_id);

CREATE INDEX campaigns_segment_idx ON public.campaigns USING btree (segment_id);

CREATE INDEX campaigns_template_idx ON public.campaigns USING btree (template_id);

CREATE INDEX campaigns_workspace_status_idx ON public.campaigns USING btree (workspace_id, status);

CREATE INDEX email_sends_partitioned_pending_idx ON ONLY public.email_sends_partitioned USING btree (campaign_id) WHERE (status = 'pending'::text);

CREATE INDEX email_sends_default_campaign_id_idx ON public.email_sends_default USING btree (campaign_id) WHERE (status = 'pending'::text);

CREATE INDEX email_sends_partitioned_lead_idx ON ONLY public.email_sends_partitioned USING btree (lead_id);

CREATE INDEX email_sends_default_lead_id_idx ON public.email_sends_default USING btree (lead_id);

CREATE INDEX email_sends_partitioned_provider_idx ON ONLY public.email_sends_partitioned USING btree (provider_message_id) WHERE (provider_message_id IS NOT NULL);

CREATE INDEX email_sends_default_provider_message_id_idx ON public.email_sends_default USING btree (provider_message_id) WHERE (provider_message_id IS NOT NULL);

CREATE INDEX email_templates_workspace_idx ON public.email_templates USING btree (workspace_id);

CREATE INDEX idx_leads_active ON public.leads USING btree (workspace_id, created_at DESC, id DESC) WHERE (status = 'active'::text);

CREATE INDEX idx_leads_custom_fields ON public.leads USING gin (custom_fields jsonb_path_ops);

CREATE INDEX idx_leads_email_hash ON public.leads USING hash (email);

CREATE INDEX idx_leads_email_reversed ON public.leads USING btree (workspace_id, reverse(lower((email)::text)) text_pattern_ops);

CREATE INDEX idx_leads_search ON public.leads USING gin (((email)::text) public.gin_trgm_ops, name public.gin_trgm_ops, company public.gin_trgm_ops);
ALTER INDEX public.idx_leads_search ALTER COLUMN 1 SET STATISTICS 1000;

CREATE INDEX idx_leads_unsubscribed ON public.leads USING btree (workspace_id, created_at DESC, id DESC) WHERE (status = 'unsubscribed'::text);

CREATE INDEX idx_leads_workspace_created_at ON public.leads USING btree (workspace_id, created_at DESC, id DESC);

CREATE INDEX idx_leads_workspace_status_email ON public.leads USING btree (workspace_id, status, email) WHERE (status = ANY (ARRAY['active'::text, 'unsubscribed'::text, 'bounced'::text]));

CREATE INDEX lead_activities_partitioned_type_idx ON ONLY public.lead_activities_partitioned USING btree (activity_type);

CREATE INDEX lead_activities_default_activity_type_idx ON public.lead_activities_default USING btree (activity_type);

CREATE INDEX lead_activities_partitioned_lead_idx ON ONLY public.lead_activities_partitioned USING btree (lead_id, created_at);

CREATE INDEX lead_activities_default_lead_id_created_at_idx ON public.lead_activities_default USING btree (lead_id, created_at);

CREATE INDEX lead_segments_workspace_idx ON public.lead_segments USING btree (workspace_id);

CREATE INDEX leads_tags_idx ON public.leads USING gin (tags);

CREATE INDEX leads_workspace_status_idx ON public.leads USING btree (workspace_id, status);

CREATE INDEX webhook_logs_webhook_idx ON public.webhook_logs USING btree (webhook_id);

CREATE INDEX webhook_logs_workspace_idx ON public.webhook_logs USING btree (workspace_id);

CREATE INDEX webhooks_workspace_idx ON public.webhooks USING btree (workspace_id);

CREATE INDEX workspace_members_user_idx ON public.workspace_members USING btree (user_id);

ALTER INDEX public.email_sends_partitioned_pending_idx ATTACH PARTITION public.email_sends_default_campaign_id_idx;

ALTER INDEX public.email_sends_partitioned_campaign_id_lead_id_created_at_key ATTACH PARTITION public.email_sends_default_campaign_id_lead_id_created_at_key;

ALTER INDEX public.email_sends_partitioned_lead_idx ATTACH PARTITION public.email_sends_default_lead_id_idx;

ALTER INDEX public.email_sends_partitioned_pkey ATTACH PARTITION public.email_sends_default_pkey;

ALTER INDEX public.email_sends_partitioned_provider_idx ATTACH PARTITION public.email_sends_default_provider_message_id_idx;

ALTER INDEX public.lead_activities_partitioned_type_idx ATTACH PARTITION public.lead_activities_default_activity_type_idx;

ALTER INDEX public.lead_activities_partitioned_lead_idx ATTACH PARTITION public.lead_activities_default_lead_id_created_at_idx;

ALTER INDEX public.lead_activities_partitioned_pkey ATTACH PARTITION public.lead_activities_default_pkey;

CREATE TRIGGER set_updated_at BEFORE UPDATE ON public.automation_flows FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TRIGGER set_updated_at BEFORE UPDATE ON public.campaigns FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TRIGGER set_updated_at BEFORE UPDATE ON public.email_templates FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TRIGGER set_updated_at BEFORE UPDATE ON public.lead_segments FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TRIGGER set_updated_at BEFORE UPDATE ON public.leads FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TRIGGER set_updated_at BEFORE UPDATE ON public.webhooks FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TRIGGER set_updated_at BEFORE UPDATE ON public.workspaces FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

ALTER TABLE ONLY public.api_keys
    ADD CONSTRAINT api_keys_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES public.workspaces(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.audit_logs
    ADD CONSTRAINT audit_logs_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.audit_logs
    ADD CONSTRAINT audit_logs_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES public.workspaces(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.automation_executions
    ADD CONSTRAINT automation_executions_flow_id_fkey FOREIGN KEY (flow_id) REFERENCES public.automation_flows(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.automation_executions
    ADD CONSTRAINT automation_executions_lead_id_fkey FOREIGN KEY (lead_id) REFERENCES public.leads(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.automation_executions
    ADD CONSTRAINT automation_executions_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES public.workspaces(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.automation_flows
    ADD CONSTRAINT automation_flows_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES public.workspaces(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.campaigns
    ADD CONSTRAINT campaigns_segment_id_fkey FOREIGN KEY (segment_id) REFERENCES public.lead_segments(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.campaigns
    ADD CONSTRAINT campaigns_template_id_fkey FOREIGN KEY (template_id) REFERENCES public.email_templates(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.campaigns
    ADD CONSTRAINT campaigns_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES public.workspaces(id) ON DELETE CASCADE;

ALTER TABLE public.email_sends_partitioned
    ADD CONSTRAINT email_sends_partitioned_campaign_id_fkey FOREIGN KEY (campaign_id) REFERENCES public.campaigns(id) ON DELETE CASCADE;

ALTER TABLE public.email_sends_partitioned
    ADD CONSTRAINT email_sends_partitioned_lead_id_fkey FOREIGN KEY (lead_id) REFERENCES public.leads(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.email_templates
    ADD CONSTRAINT email_templates_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES public.workspaces(id) ON DELETE CASCADE;

ALTER TABLE public.lead_activities_partitioned
    ADD CONSTRAINT lead_activities_partitioned_lead_id_fkey FOREIGN KEY (lead_id) REFERENCES public.leads(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.lead_segments
    ADD CONSTRAINT lead_segments_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES public.workspaces(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.leads
    ADD CONSTRAINT leads_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES public.workspaces(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.webhook_logs
    ADD CONSTRAINT webhook_logs_webhook_id_fkey FOREIGN KEY (webhook_id) REFERENCES public.webhooks(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.webhook_logs
    ADD CONSTRAINT webhook_logs_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES public.workspaces(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.webhooks
    ADD CONSTRAINT webhooks_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES public.workspaces(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.workspace_members
    ADD CONSTRAINT workspace_members_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.workspace_members
    ADD CONSTRAINT workspace_members_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES public.workspaces(id) ON DELETE CASCADE;

ALTER TABLE public.api_keys ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.audit_logs ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.automation_executions ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.automation_flows ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.campaigns ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.email_sends_partitioned ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.email_templates ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.lead_activities_partitioned ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.lead_segments ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.leads ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.users ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.webhook_logs ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.webhooks ENABLE ROW LEVEL SECURITY;

CREATE POLICY workspace ON public.api_keys USING ((workspace_id = ( SELECT public.current_workspace_id() AS current_workspace_id)));

CREATE POLICY workspace ON public.audit_logs USING ((workspace_id = ( SELECT public.current_workspace_id() AS current_workspace_id)));

CREATE POLICY workspace ON public.automation_executions USING ((workspace_id = ( SELECT public.current_workspace_id() AS current_workspace_id)));

CREATE POLICY workspace ON public.automation_flows USING ((workspace_id = ( SELECT public.current_workspace_id() AS current_workspace_id)));

CREATE POLICY workspace ON public.campaigns USING ((workspace_id = ( SELECT public.current_workspace_id() AS current_workspace_id)));

CREATE POLICY workspace ON public.email_sends_partitioned USING ((workspace_id = ( SELECT public.current_workspace_id() AS current_workspace_id)));

CREATE POLICY workspace ON public.email_templates USING ((workspace_id = ( SELECT public.current_workspace_id() AS current_workspace_id)));

CREATE POLICY workspace ON public.lead_activities_partitioned USING ((workspace_id = ( SELECT public.current_workspace_id() AS current_workspace_id)));

CREATE POLICY workspace ON public.lead_segments USING ((workspace_id = ( SELECT public.current_workspace_id() AS current_workspace_id)));

CREATE POLICY workspace ON public.leads USING ((workspace_id = ( SELECT public.current_workspace_id() AS current_workspace_id)));

CREATE POLICY workspace ON public.users USING ((EXISTS ( SELECT
   FROM public.workspace_members member
  WHERE (member.user_id = users.id))));

CREATE POLICY workspace ON public.webhook_logs USING ((workspace_id = ( SELECT public.current_workspace_id() AS current_workspace_id)));

CREATE POLICY workspace ON public.webhooks USING ((workspace_id = ( SELECT public.current_workspace_id() AS current_workspace_id)));

CREATE POLICY workspace ON public.workspace_members USING ((workspace_id = ( SELECT public.current_workspace_id() AS current_workspace_id)));

CREATE POLICY workspace ON public.workspaces USING ((id = ( SELECT public.current_workspace_id() AS current_workspace_id)));

ALTER TABLE public.workspace_members ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.workspaces ENABLE ROW LEVEL SECURITY;

GRANT ALL ON SCHEMA public TO mailgenius_owner;
GRANT USAGE ON SCHEMA public TO mailgenius_app;
GRANT USAGE ON SCHEMA public TO mailgenius_readonly;

GRANT ALL ON FUNCTION partman.apply_cluster(p_parent_schema text, p_parent_tablename text, p_child_schema text, p_child_tablename text) TO mailgenius_owner;

GRANT ALL ON FUNCTION partman.apply_constraints(p_parent_table text, p_child_table text, p_analyze boolean, p_job_id bigint) TO mailgenius_owner;

GRANT ALL ON FUNCTION partman.apply_foreign_keys(p_parent_table text, p_child_table text, p_job_id bigint, p_debug boolean) TO mailgenius_owner;

GRANT ALL ON FUNCTION partman.apply_privileges(p_parent_schema text, p_parent_tablename text, p_child_schema text, p_child_tablename text, p_job_id bigint) TO mailgenius_owner;

GRANT ALL ON FUNCTION partman.apply_publications(p_parent_table text, p_child_schema text, p_child_tablename text) TO mailgenius_owner;

GRANT ALL ON FUNCTION partman.autovacuum_off(p_parent_schema text, p_parent_tablename text, p_source_schema text, p_source_tablename text) TO mailgenius_owner;

GRANT ALL ON FUNCTION partman.autovacuum_reset(p_parent_schema text, p_parent_tablename text, p_source_schema text, p_source_tablename text) TO mailgenius_owner;

GRANT ALL ON FUNCTION partman.check_automatic_maintenance_value(p_automatic_maintenance text) TO mailgenius_owner;

GRANT ALL ON FUNCTION partman.check_control_type(p_parent_schema text, p_parent_tablename text, p_control text) TO mailgenius_owner;

GRANT ALL ON FUNCTION partman.check_default(p_exact_count boolean) TO mailgenius_owner;

GRANT ALL ON FUNCTION partman.check_epoch_type(p_type text) TO mailgenius_owner;

GRANT ALL ON FUNCTION partman.check_name_length(p_object_name text, p_suffix text, p_table_partition boolean) TO mailgenius_owner;

GRANT ALL ON FUNCTION partman.check_partition_type(p_type text) TO mailgenius_owner;

GRANT ALL ON FUNCTION partman.check_subpart_sameconfig(p_parent_table text) TO mailgenius_owner;

GRANT ALL ON FUNCTION partman.check_subpartition_limits(p_parent_table text, p_type text, OUT sub_min text, OUT sub_max text) TO mailgenius_owner;

GRANT ALL ON FUNCTION partman.create_function_id(p_parent_table text, p_job_id bigint) TO mailgenius_owner;

GRANT ALL ON FUNCTION partman.create_function_time(p_parent_table text, p_job_id bigint) TO mailgenius_owner;

GRANT ALL ON FUNCTION partman.create_parent(p_parent_table text, p_control text, p_type text, p_interval text, p_constraint_cols text[], p_premake integer, p_automatic_maintenance text, p_start_partition text, p_inherit_fk boolean, p_epoch text, p_upsert text, p_publications text[], p_trigger_return_null boolean, p_template_table text, p_jobmon boolean, p_date_trunc_interval text) TO mailgenius_owner;

GRANT ALL ON FUNCTION partman.create_partition_id(p_parent_table text, p_partition_ids bigint[], p_analyze boolean, p_start_partition text) TO mailgenius_owner;

GRANT ALL ON FUNCTION partman.create_partition_time(p_parent_table text, p_partition_times timestamp with time zone[], p_analyze boolean, p_start_partition text) TO mailgenius_owner;

GRANT ALL ON FUNCTION partman.create_sub_parent(p_top_parent text, p_control text, p_type text, p_interval text, p_native_check text, p_constraint_cols text[], p_premake integer, p_start_partition text, p_inherit_fk boolean, p_epoch text, p_upsert text, p_trigger_return_null boolean, p_jobmon boolean, p_date_trunc_interval text) TO mailgenius_owner;

GRANT ALL ON FUNCTION partman.create_trigger(p_parent_table text) TO mailgenius_owner;

GRANT ALL ON FUNCTION partman.drop_constraints(p_parent_table text, p_child_table text, p_debug boolean) TO mailgenius_owner;

GRANT ALL ON FUNCTION partman.drop_partition_column(p_parent_table text, p_column text) TO mailgenius_owner;

GRANT ALL ON FUNCTION partman.drop_partition_id(p_parent_table text, p_retention bigint, p_keep_table boolean, p_keep_index boolean, p_retention_schema text) TO mailgenius_owner;

GRANT ALL ON FUNCTION partman.drop_partition_time(p_parent_table text, p_retention interval, p_keep_table boolean, p_keep_index boolean, p_retention_schema text, p_reference_timestamp timestamp with time zone) TO mailgenius_owner;

GRANT ALL ON FUNCTION partman.dump_partitioned_table_definition(p_parent_table text, p_ignore_template_table boolean) TO mailgenius_owner;

GRANT ALL ON FUNCTION partman.inherit_template_properties(p_parent_table text, p_child_schema text, p_child_tablename text) TO mailgenius_owner;

GRANT ALL ON FUNCTION partman.partition_data_id(p_parent_table text, p_batch_count integer, p_batch_interval bigint, p_lock_wait numeric, p_order text, p_analyze boolean, p_source_table text, p_ignored_columns text[]) TO mailgenius_owner;

GRANT ALL ON PROCEDURE partman.partition_data_proc(IN p_parent_table text, IN p_interval text, IN p_batch integer, IN p_wait integer, IN p_source_table text, IN p_order text, IN p_lock_wait integer, IN p_lock_wait_tries integer, IN p_quiet boolean, IN p_ignored_columns text[]) TO mailgenius_owner;

GRANT ALL ON FUNCTION partman.partition_data_time(p_parent_table text, p_batch_count integer, p_batch_interval interval, p_lock_wait numeric, p_order text, p_analyze boolean, p_source_table text, p_ignored_columns text[]) TO mailgenius_owner;

GRANT ALL ON FUNCTION partman.partition_gap_fill(p_parent_table text) TO mailgenius_owner;

GRANT ALL ON PROCEDURE partman.reapply_constraints_proc(IN p_parent_table text, IN p_drop_constraints boolean, IN p_apply_constraints boolean, IN p_wait integer, IN p_dryrun boolean) TO mailgenius_owner;

GRANT ALL ON FUNCTION partman.reapply_privileges(p_parent_table text) TO mailgenius_owner;

GRANT ALL ON PROCEDURE partman.run_analyze(IN p_skip_locked boolean, IN p_quiet boolean, IN p_parent_table text) TO mailgenius_owner;

GRANT ALL ON FUNCTION partman.run_maintenance(p_parent_table text, p_analyze boolean, p_jobmon boolean) TO mailgenius_owner;

GRANT ALL ON PROCEDURE partman.run_maintenance_proc(IN p_wait integer, IN p_analyze boolean, IN p_jobmon boolean) TO mailgenius_owner;

GRANT ALL ON FUNCTION partman.show_partition_info(p_child_table text, p_partition_interval text, p_parent_table text, OUT child_start_time timestamp with time zone, OUT child_end_time timestamp with time zone, OUT child_start_id bigint, OUT child_end_id bigint, OUT suffix text) TO mailgenius_owner;

GRANT ALL ON FUNCTION partman.show_partition_name(p_parent_table text, p_value text, OUT partition_schema text, OUT partition_table text, OUT suffix_timestamp timestamp with time zone, OUT suffix_id bigint, OUT table_exists boolean) TO mailgenius_owner;

GRANT ALL ON FUNCTION partman.show_partitions(p_parent_table text, p_order text, p_include_default boolean) TO mailgenius_owner;

GRANT ALL ON FUNCTION partman.stop_sub_partition(p_parent_table text, p_jobmon boolean) TO mailgenius_owner;

GRANT ALL ON FUNCTION partman.undo_partition(p_parent_table text, p_batch_count integer, p_batch_interval text, p_keep_table boolean, p_lock_wait numeric, p_target_table text, p_ignored_columns text[], p_drop_cascade boolean, OUT partitions_undone integer, OUT rows_undone bigint) TO mailgenius_owner;

GRANT ALL ON PROCEDURE partman.undo_partition_proc(IN p_parent_table text, IN p_interval text, IN p_batch integer, IN p_wait integer, IN p_target_table text, IN p_keep_table boolean, IN p_lock_wait integer, IN p_lock_wait_tries integer, IN p_quiet boolean, IN p_ignored_columns text[], IN p_drop_cascade boolean) TO mailgenius_owner;

REVOKE ALL ON FUNCTION public.apply_changes(p_source regclass, p_target regclass) FROM PUBLIC;

REVOKE ALL ON FUNCTION public.ask_partman(p_table text, p_months_ahead integer) FROM PUBLIC;

REVOKE ALL ON PROCEDURE public.copy_rows(IN p_source regclass, IN p_target regclass, IN p_blocks integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION public.create_monthly_partitions(p_months_ahead integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION public.current_workspace_id() FROM PUBLIC;
GRANT ALL ON FUNCTION public.current_workspace_id() TO mailgenius_app;
GRANT ALL ON FUNCTION public.current_workspace_id() TO mailgenius_readonly;

REVOKE ALL ON FUNCTION public.is_partman_managed(p_table text) FROM PUBLIC;

REVOKE ALL ON FUNCTION public.log_migration_change() FROM PUBLIC;

REVOKE ALL ON FUNCTION public.prove_equal(p_source regclass, p_target regclass) FROM PUBLIC;

REVOKE ALL ON FUNCTION public.set_updated_at() FROM PUBLIC;

REVOKE ALL ON FUNCTION public.setup_partman() FROM PUBLIC;

REVOKE ALL ON FUNCTION public.watch_changes(p_source regclass) FROM PUBLIC;

GRANT ALL ON TABLE partman.custom_time_partitions TO mailgenius_owner;

GRANT ALL ON TABLE partman.part_config TO mailgenius_owner;

GRANT ALL ON TABLE partman.part_config_sub TO mailgenius_owner;

GRANT ALL ON TABLE partman.table_privs TO mailgenius_owner;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.api_keys TO mailgenius_app;
GRANT SELECT ON TABLE public.api_keys TO mailgenius_readonly;

GRANT SELECT,INSERT ON TABLE public.audit_logs TO mailgenius_app;
GRANT SELECT ON TABLE public.audit_logs TO mailgenius_readonly;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.automation_executions TO mailgenius_app;
GRANT SELECT ON TABLE public.automation_executions TO mailgenius_readonly;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.automation_flows TO mailgenius_app;
GRANT SELECT ON TABLE public.automation_flows TO mailgenius_readonly;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.campaigns TO mailgenius_app;
GRANT SELECT ON TABLE public.campaigns TO mailgenius_readonly;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.email_sends_partitioned TO mailgenius_app;
GRANT SELECT ON TABLE public.email_sends_partitioned TO mailgenius_readonly;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.email_sends TO mailgenius_app;
GRANT SELECT ON TABLE public.email_sends TO mailgenius_readonly;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.email_templates TO mailgenius_app;
GRANT SELECT ON TABLE public.email_templates TO mailgenius_readonly;

GRANT SELECT ON TABLE public.index_usage TO mailgenius_readonly;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.lead_activities_partitioned TO mailgenius_app;
GRANT SELECT ON TABLE public.lead_activities_partitioned TO mailgenius_readonly;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.lead_activities TO mailgenius_app;
GRANT SELECT ON TABLE public.lead_activities TO mailgenius_readonly;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.lead_segments TO mailgenius_app;
GRANT SELECT ON TABLE public.lead_segments TO mailgenius_readonly;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.leads TO mailgenius_app;
GRANT SELECT ON TABLE public.leads TO mailgenius_readonly;

GRANT SELECT ON TABLE public.migration_progress TO mailgenius_readonly;

GRANT SELECT ON TABLE public.monthly_partitions TO mailgenius_readonly;

GRANT SELECT ON TABLE public.partition_health TO mailgenius_readonly;

GRANT SELECT ON TABLE public.users TO mailgenius_app;
GRANT SELECT ON TABLE public.users TO mailgenius_readonly;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.webhook_logs TO mailgenius_app;
GRANT SELECT ON TABLE public.webhook_logs TO mailgenius_readonly;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.webhooks TO mailgenius_app;
GRANT SELECT ON TABLE public.webhooks TO mailgenius_readonly;

GRANT SELECT ON TABLE public.workspace_members TO mailgenius_app;
GRANT SELECT ON TABLE public.workspace_members TO mailgenius_readonly;

GRANT SELECT ON TABLE public.workspaces TO mailgenius_app;
GRANT SELECT ON TABLE public.workspaces TO mailgenius_readonly;

GRANT UPDATE(name) ON TABLE public.workspaces TO mailgenius_app;

GRANT UPDATE(settings) ON TABLE public.workspaces TO mailgenius_app;
