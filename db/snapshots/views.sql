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

CREATE PROCEDURE public.add_references()
    LANGUAGE plpgsql
    AS $$
DECLARE
  wanted record;
BEGIN
  COMMIT;
  IF NOT public.migration_step('email_sends') THEN
    RETURN;
  END IF;

  IF EXISTS (SELECT FROM public.partition_references() WHERE valid IS NULL) THEN
    PERFORM public.lock_in_order(
      ARRAY['leads', 'campaigns', 'email_sends_partitioned', 'lead_activities_partitioned']::regclass[],
      'SHARE ROW EXCLUSIVE');
    -- Nobody deletes a lead or campaign now: every row that comes has its own, and what had lost it goes. From here on
    -- the keys see to that.
    PERFORM public.apply_changes('email_sends', 'email_sends_partitioned'),
            public.apply_changes('lead_activities', 'lead_activities_partitioned');
    FOR wanted IN SELECT * FROM public.partition_references() WHERE valid IS NULL LOOP
      EXECUTE format('ALTER TABLE %s ADD CONSTRAINT %I FOREIGN KEY (%I) REFERENCES %s ON DELETE CASCADE NOT VALID',
                     wanted.partition, wanted.constraint_name, wanted.column_name, wanted.parent);
    END LOOP;
  END IF;

  LOOP
    COMMIT;
    EXIT WHEN NOT public.migration_step('email_sends');
    SELECT * INTO wanted FROM public.partition_references() WHERE NOT valid LIMIT 1;
    EXIT WHEN NOT FOUND;
    EXECUTE format('ALTER TABLE %s VALIDATE CONSTRAINT %I', wanted.partition, wanted.constraint_name);
  END LOOP;

  -- One by one, so that no two tables in use are locked at once.
  LOOP
    COMMIT;
    EXIT WHEN NOT public.migration_step('email_sends');
    SELECT DISTINCT partitioned, constraint_name, column_name, parent INTO wanted
    FROM public.partition_references()
    WHERE NOT EXISTS (SELECT FROM pg_constraint WHERE conrelid = partitioned AND conname = constraint_name)
    LIMIT 1;
    EXIT WHEN NOT FOUND;
    -- Who deletes a lead goes on to the partitions from there, and may go on to a campaign: leads before them, campaigns
    -- after. The other way round it would wait for campaigns with a partition in hand each time that this comes by.
    PERFORM public.lock_in_order(
      CASE WHEN wanted.parent = 'leads'::regclass THEN ARRAY[wanted.parent, wanted.partitioned]
           ELSE ARRAY[wanted.partitioned, wanted.parent] END, 'ACCESS EXCLUSIVE');
    EXECUTE format('ALTER TABLE %s ADD CONSTRAINT %I FOREIGN KEY (%I) REFERENCES %s ON DELETE CASCADE',
                   wanted.partitioned, wanted.constraint_name, wanted.column_name, wanted.parent);
  END LOOP;
END
$$;

ALTER PROCEDURE public.add_references() OWNER TO bench;

CREATE FUNCTION public.alert_failed_jobs() RETURNS TABLE(job_name text, failures numeric)
    LANGUAGE plpgsql STABLE
    SET search_path TO 'public', 'pg_temp'
    AS $_$
BEGIN
  RETURN QUERY
  SELECT task, count(*)::numeric FROM maintenance_runs
  WHERE failed AND started_at > now() - interval '1 day'
  GROUP BY task;
  IF to_regclass('cron.job_run_details') IS NOT NULL THEN
    RETURN QUERY EXECUTE $query$
      SELECT coalesce(job.jobname::text, run.jobid::text), count(*)::numeric
      FROM cron.job_run_details AS run
      LEFT JOIN cron.job USING (jobid)
      WHERE run.status = 'failed'
        AND (run.start_time > now() - interval '1 day'
             OR run.start_time IS NULL
                AND run.runid > (SELECT coalesce(max(runid), 0) FROM cron.job_run_details
                                 WHERE start_time <= now() - interval '1 day'))
      GROUP BY 1
    $query$;
  END IF;
EXCEPTION
  WHEN insufficient_privilege THEN NULL;
END
$_$;

ALTER FUNCTION public.alert_failed_jobs() OWNER TO mailgenius_owner;

COMMENT ON FUNCTION public.alert_failed_jobs() IS 'Tasks and jobs that failed in the last day.';

CREATE FUNCTION public.alert_slow_queries() RETURNS TABLE(query_text text, mean_time_ms numeric)
    LANGUAGE plpgsql STABLE
    SET search_path TO 'public', 'pg_temp'
    AS $$
BEGIN
  RETURN QUERY
  SELECT stats.query_text, stats.mean_time_ms
  FROM statement_times() AS stats
  WHERE stats.calls >= 5
    -- A function of ours that the job calls, however it is called; a job that calls none, by its text. No backslash: the
    -- session's standard_conforming_strings has no say.
    AND NOT EXISTS (
      SELECT FROM maintenance_jobs AS job
      LEFT JOIN pg_proc AS ours
        ON ours.proname = substring(lower(job.command) FROM '^select ([[:alnum:]_]+)[(]')
        AND ours.pronamespace = 'public'::regnamespace AND ours.proowner = 'mailgenius_owner'::regrole
      WHERE CASE WHEN ours.proname IS NULL THEN lower(stats.query_text) = lower(rtrim(job.command, '; '))
                 ELSE lower(stats.query_text) ~ ('[[:<:]]' || ours.proname || '[(]') END);
EXCEPTION
  WHEN object_not_in_prerequisite_state OR undefined_table THEN NULL;
END
$$;

ALTER FUNCTION public.alert_slow_queries() OWNER TO mailgenius_owner;

COMMENT ON FUNCTION public.alert_slow_queries() IS 'Statements called at least five times, with their mean time.';

CREATE FUNCTION public.alert_stale_views() RETURNS TABLE(view_name text, minutes numeric)
    LANGUAGE plpgsql STABLE
    SET search_path TO 'public', 'pg_temp'
    AS $_$
BEGIN
  IF to_regclass('analytics_refreshes') IS NOT NULL THEN
    RETURN QUERY EXECUTE $query$
      SELECT ours.name, round(extract(epoch FROM now() - coalesce(refreshed_at, '2000-01-01Z')) / 60, 1)
      FROM (VALUES ('lead_analytics'), ('campaign_performance')) AS ours (name)
      LEFT JOIN analytics_refreshes AS last ON last.view_name = ours.name
      WHERE to_regclass(ours.name) IS NOT NULL
    $query$;
  END IF;
END
$_$;

ALTER FUNCTION public.alert_stale_views() OWNER TO mailgenius_owner;

COMMENT ON FUNCTION public.alert_stale_views() IS 'Our materialized views and the minutes since their last refresh.';

CREATE FUNCTION public.analytics_periods(p_from date, p_to date, p_period text, p_time_zone text) RETURNS TABLE(period_start date, begins_at timestamp with time zone, ends_at timestamp with time zone)
    LANGUAGE plpgsql STABLE
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE
  most     constant integer := 10000;
  earliest constant date := '1970-01-01';
  latest   constant date := '9999-12-31';
  step     interval;
  first    timestamp;
BEGIN
  IF p_period IS NULL OR p_period NOT IN ('day', 'week', 'month') THEN
    RAISE EXCEPTION 'p_period must be day, week or month' USING ERRCODE = '22023';
  ELSIF p_time_zone IS NULL THEN
    RAISE EXCEPTION 'p_time_zone is NULL' USING ERRCODE = '22023';
  END IF;
  p_to := coalesce(p_to, (now() AT TIME ZONE p_time_zone)::date);
  -- Nearer to the ends of the calendar, there is no period after the last.
  IF p_to NOT BETWEEN earliest AND latest OR p_from NOT BETWEEN earliest AND latest THEN
    RAISE EXCEPTION 'p_from and p_to must be dates within 1970 and 9999' USING ERRCODE = '22023';
  END IF;
  p_from := coalesce(p_from, p_to - 29);
  IF p_to < p_from THEN
    RAISE EXCEPTION 'p_to must not be before p_from' USING ERRCODE = '22023';
  ELSIF p_to - p_from >= most THEN
    RAISE EXCEPTION 'p_from and p_to are more than % days apart', most USING ERRCODE = '22023';
  END IF;
  step := make_interval(months => (p_period = 'month')::integer, weeks => (p_period = 'week')::integer,
                        days => (p_period = 'day')::integer);
  first := date_trunc(p_period, p_from::timestamp);
  -- Counted in local time: a day on which clocks change has 23 or 25 hours and is one period all the same.
  RETURN QUERY
  SELECT local::date, first_moment_of(local, p_time_zone), first_moment_of(local + step, p_time_zone)
  FROM generate_series(first, p_to::timestamp, step) AS local;
END
$$;

ALTER FUNCTION public.analytics_periods(p_from date, p_to date, p_period text, p_time_zone text) OWNER TO mailgenius_owner;

COMMENT ON FUNCTION public.analytics_periods(p_from date, p_to date, p_period text, p_time_zone text) IS 'Days, weeks or months of a time zone between two dates, without a gap.';

CREATE FUNCTION public.analyze_tables() RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE
  table_name text;
  analyzed   integer := 0;
BEGIN
  FOREACH table_name IN ARRAY ARRAY['leads', 'campaigns', 'email_sends_partitioned', 'lead_activities_partitioned'] LOOP
    IF try_lock_tables(1, format('ONLY %I IN SHARE UPDATE EXCLUSIVE MODE', table_name)) THEN
      EXECUTE format('ANALYZE (SKIP_LOCKED) %I', table_name);
      analyzed := analyzed + 1;
    ELSE
      RAISE WARNING '% is in use: its statistics are left to the next call', table_name;
    END IF;
  END LOOP;
  RETURN analyzed;
END
$$;

ALTER FUNCTION public.analyze_tables() OWNER TO mailgenius_owner;

COMMENT ON FUNCTION public.analyze_tables() IS 'Refreshes the statistics of the large tables.';

CREATE FUNCTION public.apply_changes(p_source regclass, p_target regclass, p_limit bigint DEFAULT NULL::bigint) RETURNS bigint
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    AS $_$
DECLARE
  changed uuid[];
  applied bigint;
BEGIN
  -- First and in one statement: a change that is noted after it stays for the next call, and whatever is noted before
  -- it is in the source when that is read below.
  WITH taken AS (
    DELETE FROM migration_changes
    WHERE ctid = ANY (ARRAY(SELECT ctid FROM migration_changes WHERE source_table = p_source::text LIMIT p_limit))
    RETURNING row_id
  )
  SELECT array_agg(DISTINCT row_id) INTO changed FROM taken;
  IF changed IS NULL THEN
    RETURN 0;
  END IF;

  -- A row that moved within the file may have been copied twice, or in its old version: take it out first.
  EXECUTE format('DELETE FROM %s WHERE id IN (SELECT unnest($1))', p_target) USING changed;
  EXECUTE format('INSERT INTO %s SELECT * FROM %s WHERE id IN (SELECT unnest($1))', p_target, p_source) USING changed;
  GET DIAGNOSTICS applied = ROW_COUNT;

  IF EXISTS (SELECT FROM migration_progress WHERE source_table = p_source::text AND proven_at IS NOT NULL) THEN
    PERFORM prove_equal(p_source, p_target, changed);
  END IF;
  UPDATE migration_progress SET rows_applied = rows_applied + applied WHERE source_table = p_source::text;
  RETURN applied;
END
$_$;

ALTER FUNCTION public.apply_changes(p_source regclass, p_target regclass, p_limit bigint) OWNER TO bench;

CREATE FUNCTION public.assert_workspace_access(p_workspace_id uuid) RETURNS void
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE
  -- current_user is the owner in here. SET ROLE leaves its mark in the setting "role".
  caller constant text := coalesce(nullif(current_setting('role'), 'none'), session_user);
BEGIN
  IF p_workspace_id = current_workspace_id() OR pg_has_role(caller, 'mailgenius_owner', 'MEMBER') THEN
    RETURN;
  END IF;
  RAISE EXCEPTION 'no access to workspace %', coalesce(p_workspace_id::text, 'NULL')
    USING ERRCODE = '42501', HINT = 'Set app.workspace_id and app.user_id to an active membership.';
END
$$;

ALTER FUNCTION public.assert_workspace_access(p_workspace_id uuid) OWNER TO mailgenius_owner;

COMMENT ON FUNCTION public.assert_workspace_access(p_workspace_id uuid) IS 'Raises 42501 unless the session may act for the workspace.';

CREATE FUNCTION public.audit_deletion() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
BEGIN
  INSERT INTO audit_logs (workspace_id, user_id, action, object_type, details)
  -- A workspace that goes takes its rows along; then the line belongs to nobody.
  SELECT (SELECT id FROM workspaces WHERE id = gone.workspace_id), session_user_id(), 'delete', TG_ARGV[0],
         jsonb_build_object('workspace_id', gone.workspace_id, 'rows', count(*))
  FROM gone
  GROUP BY gone.workspace_id;
  RETURN NULL;
END
$$;

ALTER FUNCTION public.audit_deletion() OWNER TO mailgenius_owner;

COMMENT ON FUNCTION public.audit_deletion() IS 'Trigger: notes how many rows a statement deleted, by workspace.';

CREATE FUNCTION public.audit_policy_change() RETURNS event_trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE
  changed jsonb;
BEGIN
  WITH noted AS (
    -- Only what differs is written, and so locked: other tables are altered meanwhile.
    INSERT INTO policy_states_noted AS known
    SELECT * FROM policy_states EXCEPT SELECT * FROM policy_states_noted
    ON CONFLICT (table_name) DO UPDATE
    SET is_on = excluded.is_on, is_forced = excluded.is_forced, owner = excluded.owner
    RETURNING known.*
  )
  SELECT jsonb_agg(to_jsonb(noted)) INTO changed FROM noted;
  -- A table whose policies do not count is worth a line each time, and so is a function that policies call.
  IF tg_tag NOT LIKE '% POLICY' AND tg_tag <> 'DROP OWNED' AND changed IS NULL AND NOT EXISTS (
    SELECT FROM pg_event_trigger_ddl_commands() AS altered
    JOIN pg_class ON pg_class.oid = altered.objid AND altered.classid = 'pg_class'::regclass
    WHERE NOT relrowsecurity AND EXISTS (SELECT FROM pg_policy WHERE polrelid = pg_class.oid)
  ) AND NOT EXISTS (
    SELECT FROM pg_event_trigger_ddl_commands() AS altered
    JOIN pg_depend ON refclassid = altered.classid AND refobjid = altered.objid
    WHERE altered.classid = 'pg_proc'::regclass AND pg_depend.classid = 'pg_policy'::regclass
  ) THEN
    RETURN;
  END IF;
  INSERT INTO audit_logs (action, object_type, details)
  VALUES ('policy', 'policy', jsonb_build_object('command', tg_tag, 'role', session_user, 'statement', current_query(),
                                                 'tables', coalesce(changed, '[]')));
END
$$;

ALTER FUNCTION public.audit_policy_change() OWNER TO mailgenius_owner;

COMMENT ON FUNCTION public.audit_policy_change() IS 'Event trigger: notes who changed which policy, or a function that policies call, switched policies on, off or over to owners, gave away a table that has some, or altered one where they are off.';

CREATE FUNCTION public.audit_policy_loss() RETURNS event_trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE
  lost constant jsonb := (SELECT jsonb_agg(object_identity ORDER BY object_identity)
                          FROM pg_event_trigger_dropped_objects() WHERE object_type = 'policy');
BEGIN
  -- DROP POLICY has its line already. Where the log itself goes, there is nowhere to write one.
  IF lost IS NULL OR tg_tag = 'DROP POLICY' OR to_regclass('audit_logs') IS NULL THEN
    RETURN;
  END IF;
  INSERT INTO audit_logs (action, object_type, details)
  VALUES ('policy', 'policy', jsonb_build_object('command', tg_tag, 'role', session_user, 'statement', current_query(),
                                                 'lost', lost));
END
$$;

ALTER FUNCTION public.audit_policy_loss() OWNER TO mailgenius_owner;

COMMENT ON FUNCTION public.audit_policy_loss() IS 'Event trigger: notes which policies went along with something else.';

CREATE FUNCTION public.audit_truncation() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
BEGIN
  INSERT INTO audit_logs (user_id, action, object_type, details)
  VALUES (session_user_id(), 'delete', TG_TABLE_NAME, jsonb_build_object('command', 'TRUNCATE', 'role', session_user));
  RETURN NULL;
END
$$;

ALTER FUNCTION public.audit_truncation() OWNER TO mailgenius_owner;

COMMENT ON FUNCTION public.audit_truncation() IS 'Trigger: notes that a table was emptied.';

CREATE FUNCTION public.batch_update_campaign_metrics(p_workspace_id uuid, p_metrics jsonb) RETURNS TABLE(updated_count integer, error_count integer, errors jsonb)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
#variable_conflict use_column
DECLARE
  most constant integer := 2147483647;
BEGIN
  PERFORM assert_workspace_access(p_workspace_id);
  IF p_metrics IS NULL OR jsonb_typeof(p_metrics) <> 'array' THEN
    RAISE EXCEPTION 'p_metrics must be an array' USING ERRCODE = '22023';
  END IF;

  -- One that is deleted meanwhile would end it at the foreign key; after this, the next statement knows.
  PERFORM FROM campaigns
  WHERE workspace_id = p_workspace_id
    AND id IN (SELECT CASE WHEN json_text_is_uuid(value -> 'campaign_id') THEN (value ->> 'campaign_id')::uuid END
               FROM jsonb_array_elements(p_metrics))
  ORDER BY id
  FOR KEY SHARE;

  WITH element AS MATERIALIZED (
    SELECT ordinality::integer AS position, value AS metric, fault,
           CASE WHEN fault IS NULL THEN (value ->> 'campaign_id')::uuid END AS campaign_id
    FROM jsonb_array_elements(p_metrics) WITH ORDINALITY,
         LATERAL (SELECT campaign_metric_fault(value, p_workspace_id) AS fault OFFSET 0) AS checked
  ), change AS (
    SELECT campaign_id,
           coalesce(sum((metric ->> 'delivered')::integer), 0) AS delivered,
           coalesce(sum((metric ->> 'opened')::integer), 0) AS opened,
           coalesce(sum((metric ->> 'clicked')::integer), 0) AS clicked,
           coalesce(sum((metric ->> 'bounced')::integer), 0) AS bounced,
           coalesce(sum((metric ->> 'unsubscribed')::integer), 0) AS unsubscribed,
           coalesce(sum((metric ->> 'complained')::integer), 0) AS complained
    FROM element
    WHERE fault IS NULL
    GROUP BY campaign_id
  ), written AS (
    INSERT INTO campaign_metric_changes
      (workspace_id, campaign_id, delivered, opened, clicked, bounced, unsubscribed, complained)
    SELECT p_workspace_id, change.*
    FROM change
    WHERE greatest(delivered, opened, clicked, bounced, unsubscribed, complained) BETWEEN 1 AND most
    RETURNING campaign_id
  ), refused AS (
    SELECT position, reason, row_number() OVER (ORDER BY position) AS place
    FROM element
    LEFT JOIN change USING (campaign_id),
         LATERAL (SELECT coalesce(fault, CASE
           WHEN greatest(delivered, opened, clicked, bounced, unsubscribed, complained) > most
             THEN 'the counters of this campaign add up to more than 2,147,483,647' END) AS reason) AS checked
    WHERE reason IS NOT NULL
  )
  SELECT (SELECT count(*) FROM written)::integer,
         count(*)::integer,
         coalesce(jsonb_agg(jsonb_build_object('position', position, 'reason', reason) ORDER BY place)
                  FILTER (WHERE place <= 100000), '[]')
  INTO updated_count, error_count, errors
  FROM refused;
  RETURN NEXT;
END
$$;

ALTER FUNCTION public.batch_update_campaign_metrics(p_workspace_id uuid, p_metrics jsonb) OWNER TO mailgenius_owner;

COMMENT ON FUNCTION public.batch_update_campaign_metrics(p_workspace_id uuid, p_metrics jsonb) IS 'Adds to the counters of campaigns; returns how many changed, and what was refused.';

CREATE FUNCTION public.batch_update_email_status(p_workspace_id uuid, p_events jsonb) RETURNS TABLE(updated_count integer, error_count integer, errors jsonb)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
#variable_conflict use_column
DECLARE
  message_ids  text[];
  send_ids     uuid[];
  send_moments timestamptz[];
  campaign_ids uuid[];
  lead_ids     uuid[];
BEGIN
  PERFORM assert_workspace_access(p_workspace_id);
  IF p_events IS NULL OR jsonb_typeof(p_events) <> 'array' THEN
    RAISE EXCEPTION 'p_events must be an array' USING ERRCODE = '22023';
  END IF;

  -- Some are changed at the end: with sends in hand, that would keep create_monthly_partitions() from both.
  LOCK TABLE leads IN ROW EXCLUSIVE MODE;
  SELECT array_agg(message_id), array_agg(send.id), array_agg(send.created_at), array_agg(DISTINCT send.campaign_id),
         array_agg(DISTINCT send.lead_id)
  INTO message_ids, send_ids, send_moments, campaign_ids, lead_ids
  FROM (SELECT DISTINCT value ->> 'provider_message_id' AS message_id
        FROM jsonb_array_elements(p_events)
        WHERE email_event_fault(value) IS NULL) AS message
  JOIN email_sends_partitioned AS send ON send.provider_message_id = message.message_id
  WHERE send.workspace_id = p_workspace_id;

  -- Who deletes a lead or a campaign goes on from it to its sends, partition by partition, and this call takes them in
  -- another order: so it holds on to their parents first. Leads in the order in which imports take their locks.
  PERFORM FROM leads AS lead WHERE id = ANY (lead_ids) ORDER BY lower(lead.email::text) COLLATE "C" FOR KEY SHARE;
  PERFORM FROM campaigns WHERE id = ANY (campaign_ids) ORDER BY id FOR KEY SHARE;

  WITH element AS MATERIALIZED (
    SELECT ordinality::integer AS position, email_event_fault(value) AS fault,
           value ->> 'provider_message_id' AS message_id, value ->> 'event' AS event, value ->> 'at' AS at
    FROM jsonb_array_elements(p_events) WITH ORDINALITY
  ), moment AS (
    SELECT message_id, event,
           min(coalesce(segment_first_moment(at)::timestamptz, now()))::timestamptz(3) AS at
    FROM element
    WHERE fault IS NULL
    GROUP BY message_id, event
  ), message AS (
    SELECT message_id,
           min(at) FILTER (WHERE event = 'sent') AS sent_at,
           min(at) FILTER (WHERE event = 'delivered') AS delivered_at,
           min(at) FILTER (WHERE event = 'opened') AS opened_at,
           min(at) FILTER (WHERE event = 'clicked') AS clicked_at,
           min(at) FILTER (WHERE event = 'bounced') AS bounced_at,
           min(at) FILTER (WHERE event = 'unsubscribed') AS unsubscribed_at,
           min(at) FILTER (WHERE event = 'complained') AS complained_at,
           min(at) FILTER (WHERE event = 'failed') AS failed_at
    FROM moment
    GROUP BY message_id
  ), known AS MATERIALIZED (
    SELECT send AS before, message AS news
    FROM unnest(message_ids, send_ids, send_moments) AS found (message_id, id, created_at)
    JOIN message USING (message_id)
    JOIN email_sends_partitioned AS send ON send.id = found.id AND send.created_at = found.created_at
    ORDER BY send.id
    FOR NO KEY UPDATE OF send
  ), changed AS (
    UPDATE email_sends_partitioned AS send
    SET sent_at = least(send.sent_at, (news).sent_at),
        delivered_at = least(send.delivered_at, (news).delivered_at),
        opened_at = least(send.opened_at, (news).opened_at),
        clicked_at = least(send.clicked_at, (news).clicked_at),
        bounced_at = least(send.bounced_at, (news).bounced_at),
        unsubscribed_at = least(send.unsubscribed_at, (news).unsubscribed_at),
        complained_at = least(send.complained_at, (news).complained_at),
        failed_at = least(send.failed_at, (news).failed_at),
        status = CASE
          WHEN send.status = 'complained' OR (news).complained_at IS NOT NULL THEN 'complained'
          WHEN send.status = 'bounced' OR (news).bounced_at IS NOT NULL THEN 'bounced'
          WHEN send.status = 'delivered'
            OR num_nonnulls((news).delivered_at, (news).opened_at, (news).clicked_at, (news).unsubscribed_at) > 0
            THEN 'delivered'
          WHEN send.status = 'sent' OR (news).sent_at IS NOT NULL THEN 'sent'
          ELSE send.status END
    FROM known
    WHERE send.id = (before).id AND send.created_at = (before).created_at
      AND ((news).sent_at < coalesce(send.sent_at, 'infinity')
        OR (news).delivered_at < coalesce(send.delivered_at, 'infinity')
        OR (news).opened_at < coalesce(send.opened_at, 'infinity')
        OR (news).clicked_at < coalesce(send.clicked_at, 'infinity')
        OR (news).bounced_at < coalesce(send.bounced_at, 'infinity')
        OR (news).unsubscribed_at < coalesce(send.unsubscribed_at, 'infinity')
        OR (news).complained_at < coalesce(send.complained_at, 'infinity')
        OR (news).failed_at < coalesce(send.failed_at, 'infinity'))
    RETURNING send.campaign_id, send.lead_id,
              (before).delivered_at IS NULL AND send.delivered_at IS NOT NULL AS delivered,
              (before).opened_at IS NULL AND send.opened_at IS NOT NULL AS opened,
              (before).clicked_at IS NULL AND send.clicked_at IS NOT NULL AS clicked,
              (before).bounced_at IS NULL AND send.bounced_at IS NOT NULL AS bounced,
              (before).unsubscribed_at IS NULL AND send.unsubscribed_at IS NOT NULL AS unsubscribed,
              (before).complained_at IS NULL AND send.complained_at IS NOT NULL AS complained
  ), counted AS (
    INSERT INTO campaign_metric_changes
      (workspace_id, campaign_id, delivered, opened, clicked, bounced, unsubscribed, complained)
    SELECT p_workspace_id, campaign_id,
           count(*) FILTER (WHERE delivered), count(*) FILTER (WHERE opened), count(*) FILTER (WHERE clicked),
           count(*) FILTER (WHERE bounced), count(*) FILTER (WHERE unsubscribed), count(*) FILTER (WHERE complained)
    FROM changed
    WHERE delivered OR opened OR clicked OR bounced OR unsubscribed OR complained
    GROUP BY campaign_id
  ), gone AS MATERIALIZED (
    -- In the order in which imports take their locks.
    SELECT lead.id, fate.status
    FROM (SELECT lead_id, CASE WHEN bool_or(complained) THEN 'complained' WHEN bool_or(bounced) THEN 'bounced'
                          ELSE 'unsubscribed' END AS status
          FROM changed
          WHERE bounced OR unsubscribed OR complained
          GROUP BY lead_id) AS fate
    JOIN leads AS lead ON lead.id = fate.lead_id
    WHERE lead.workspace_id = p_workspace_id AND lead.status = 'active'
    ORDER BY lower(lead.email::text) COLLATE "C"
    FOR NO KEY UPDATE OF lead
  ), suppressed AS (
    UPDATE leads AS lead SET status = gone.status
    FROM gone
    WHERE lead.id = gone.id AND lead.status = 'active'
  ), refused AS (
    SELECT position, reason, row_number() OVER (ORDER BY position) AS place
    FROM (
      SELECT element.position,
             coalesce(fault, CASE WHEN NOT EXISTS (SELECT FROM known WHERE (before).provider_message_id = message_id)
                               THEN 'no send of this workspace has this provider_message_id' END) AS reason
      FROM element
    ) AS checked
    WHERE reason IS NOT NULL
  )
  SELECT (SELECT count(*) FROM changed)::integer,
         count(*)::integer,
         coalesce(jsonb_agg(jsonb_build_object('position', position, 'reason', reason) ORDER BY place)
                  FILTER (WHERE place <= 100000), '[]')
  INTO updated_count, error_count, errors
  FROM refused;
  RETURN NEXT;
END
$$;

ALTER FUNCTION public.batch_update_email_status(p_workspace_id uuid, p_events jsonb) OWNER TO mailgenius_owner;

COMMENT ON FUNCTION public.batch_update_email_status(p_workspace_id uuid, p_events jsonb) IS 'Takes events of the mail provider into sends, counters and leads; returns what changed and what was refused.';

CREATE FUNCTION public.bulk_insert_leads(p_workspace_id uuid, p_leads_json jsonb) RETURNS TABLE(inserted_count integer, skipped_count integer)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE
  first record;
BEGIN
  PERFORM assert_workspace_access(p_workspace_id);
  IF p_leads_json IS NULL OR jsonb_typeof(p_leads_json) <> 'array' THEN
    RAISE EXCEPTION 'p_leads_json must be an array' USING ERRCODE = '22023';
  END IF;

  SELECT ordinality AS position, fault INTO first
  FROM jsonb_array_elements(p_leads_json) WITH ORDINALITY,
       LATERAL (SELECT btrim(value ->> 'email', E' \t\r\n') AS address OFFSET 0) AS trimmed,
       LATERAL (SELECT lead_import_fault(value, address) AS fault OFFSET 0) AS checked
  WHERE fault IS NOT NULL
  ORDER BY ordinality
  LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'invalid lead at position %: %', first.position, first.fault USING ERRCODE = '22023';
  END IF;

  INSERT INTO leads (workspace_id, email, name, phone, company, position, source, status, tags, custom_fields)
  SELECT p_workspace_id, btrim(given.email, E' \t\r\n'), given.name, given.phone, given.company, given.position,
         coalesce(given.source, 'import'), coalesce(given.status, 'active'),
         coalesce(given.tags, '{}'), coalesce(nullif(given.custom_fields, 'null'), '{}')
  FROM jsonb_to_recordset(p_leads_json) AS given (
    email text, name text, phone text, company text, position text, source text, status text, tags text[],
    custom_fields jsonb)
  -- In the order of the key, so that two overlapping calls wait, and never for each other.
  ORDER BY lower(btrim(given.email, E' \t\r\n')) COLLATE "C"
  ON CONFLICT (workspace_id, email) DO NOTHING;
  GET DIAGNOSTICS inserted_count = ROW_COUNT;
  skipped_count := jsonb_array_length(p_leads_json) - inserted_count;

  INSERT INTO audit_logs (workspace_id, user_id, action, object_type, details)
  VALUES (p_workspace_id, session_user_id(), 'import', 'lead',
          jsonb_build_object('given', jsonb_array_length(p_leads_json), 'imported', inserted_count));
  RETURN NEXT;
END
$$;

ALTER FUNCTION public.bulk_insert_leads(p_workspace_id uuid, p_leads_json jsonb) OWNER TO mailgenius_owner;

COMMENT ON FUNCTION public.bulk_insert_leads(p_workspace_id uuid, p_leads_json jsonb) IS 'Inserts leads, all or none; those that are there already stay as they are.';

CREATE FUNCTION public.bulk_schedule_email_sends(p_campaign_id uuid, p_workspace_id uuid, p_lead_ids uuid[]) RETURNS TABLE(total_scheduled integer, batch_id uuid)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $_$
#variable_conflict use_column
DECLARE
  campaign campaigns;
  moment   timestamptz(3);
BEGIN
  PERFORM assert_workspace_access(p_workspace_id);
  IF p_lead_ids IS NULL THEN
    RAISE EXCEPTION 'p_lead_ids is NULL' USING ERRCODE = '22023';
  END IF;

  -- As it is changed at the end: with sends in hand, that would keep create_monthly_partitions() from both.
  LOCK TABLE campaigns IN ROW EXCLUSIVE MODE;
  SELECT * INTO campaign FROM campaigns
  WHERE id = p_campaign_id AND workspace_id = p_workspace_id
  FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'campaign % is not in this workspace', p_campaign_id USING ERRCODE = 'P0002';
  ELSIF campaign.status NOT IN ('draft', 'scheduled') THEN
    RAISE EXCEPTION 'campaign % is %: only a draft or scheduled one takes recipients', p_campaign_id, campaign.status
      USING ERRCODE = '55000';
  END IF;
  moment := coalesce(campaign.sends_created_at, now());

  -- EXECUTE plans for this very array: a generic plan takes unnest($1) for ten rows and looks each up, a
  -- million must be joined at once. Not plan_cache_mode: it would plan each foreign key check anew too.
  EXECUTE $insert$
    INSERT INTO email_sends_partitioned (workspace_id, campaign_id, lead_id, email, created_at)
    SELECT $1, $2, lead.id, lead.email, $4
    FROM (
      SELECT lead.id, lead.email
      FROM (SELECT DISTINCT unnest($3) AS id) AS wanted
      JOIN leads AS lead USING (id)
      WHERE lead.workspace_id = $1
        AND lead.status = 'active'
        -- Sends from before the partitioning have other times: the unique key does not see them.
        AND NOT EXISTS (SELECT FROM email_sends_partitioned AS send
                        WHERE send.campaign_id = $2 AND send.lead_id = lead.id AND send.workspace_id = $1)
      -- The lock that the foreign key takes anyway, before the insert: who is deleted meanwhile drops out here
      -- instead of failing there. In one order, in which the indexes of the sends grow fastest, too.
      ORDER BY lead.id
      FOR KEY SHARE OF lead
    ) AS lead
    ON CONFLICT (campaign_id, lead_id, created_at) DO NOTHING
  $insert$ USING p_workspace_id, p_campaign_id, p_lead_ids, moment;
  GET DIAGNOSTICS total_scheduled = ROW_COUNT;

  -- They would be removed unsent; or have been, and whoever got one would get a second. Looked at after the insert:
  -- retention that ended before it is seen here, and one that ended later had left the sends for the insert to see.
  IF total_scheduled > 0 AND moment < (SELECT horizon.moment FROM schedule_horizon AS horizon) THEN
    RAISE EXCEPTION 'campaign % was first scheduled on %, and sends of that day are not kept, or not for long: make a new campaign',
                    p_campaign_id, (moment AT TIME ZONE 'UTC')::date
      USING ERRCODE = '55000';
  END IF;

  UPDATE campaigns
  SET sends_created_at = moment, total_recipients = total_recipients + total_scheduled
  WHERE id = p_campaign_id;

  batch_id := gen_random_uuid();
  INSERT INTO audit_logs (workspace_id, user_id, action, object_type, object_id, details)
  VALUES (p_workspace_id, session_user_id(), 'schedule', 'campaign', p_campaign_id,
          jsonb_build_object('batch_id', batch_id, 'given', cardinality(p_lead_ids), 'scheduled', total_scheduled));
  RETURN NEXT;
END
$_$;

ALTER FUNCTION public.bulk_schedule_email_sends(p_campaign_id uuid, p_workspace_id uuid, p_lead_ids uuid[]) OWNER TO mailgenius_owner;

COMMENT ON FUNCTION public.bulk_schedule_email_sends(p_campaign_id uuid, p_workspace_id uuid, p_lead_ids uuid[]) IS 'Adds a pending send of the campaign for each active lead given; a second call adds nothing.';

CREATE FUNCTION public.campaign_metric_fault(p_metric jsonb, p_workspace_id uuid) RETURNS text
    LANGUAGE sql STABLE
    SET search_path TO 'public', 'pg_temp'
    AS $_$
  SELECT CASE
    WHEN jsonb_typeof(p_metric) <> 'object' THEN 'not an object'
    WHEN NOT json_text_is_uuid(p_metric -> 'campaign_id') THEN 'campaign_id is not an id'
    WHEN NOT EXISTS (SELECT FROM campaigns
                     WHERE id = (p_metric ->> 'campaign_id')::uuid AND workspace_id = p_workspace_id)
      THEN 'there is no such campaign in this workspace'
    ELSE (
      SELECT format('%s is not a whole number within 0 and 1,000,000,000', counter)
      FROM unnest(ARRAY['delivered', 'opened', 'clicked', 'bounced', 'unsubscribed', 'complained'])
        WITH ORDINALITY AS known (counter, place)
      WHERE jsonb_typeof(p_metric -> counter) <> 'null'
        AND NOT (jsonb_typeof(p_metric -> counter) = 'number' AND p_metric ->> counter ~ '^([0-9]{1,9}|1000000000)$')
      ORDER BY place
      LIMIT 1)
  END
$_$;

ALTER FUNCTION public.campaign_metric_fault(p_metric jsonb, p_workspace_id uuid) OWNER TO mailgenius_owner;

COMMENT ON FUNCTION public.campaign_metric_fault(p_metric jsonb, p_workspace_id uuid) IS 'Why a change of counters cannot go in; NULL when it can.';

CREATE PROCEDURE public.catch_up(IN p_source regclass, IN p_target regclass, IN p_rest bigint DEFAULT 1000, IN p_batch bigint DEFAULT 5000)
    LANGUAGE plpgsql
    AS $$
DECLARE
  pending bigint;
BEGIN
  -- Not for ever: where changes come faster than they can be applied, the next step takes what is left.
  FOR round IN 1..100 LOOP
    COMMIT;
    EXIT WHEN NOT public.migration_step(p_source);
    SELECT count(*) INTO pending FROM public.migration_changes WHERE source_table = p_source::text;
    IF NOT EXISTS (SELECT FROM pg_partition_tree(p_target) JOIN pg_constraint ON conrelid = relid
                   WHERE contype = 'f') THEN
      PERFORM public.apply_changes(p_source, p_target);
      EXIT WHEN pending < p_rest;
    ELSE
      EXIT WHEN pending < p_rest;
      PERFORM public.lock_in_order(ARRAY['leads', 'campaigns']::regclass[], 'SHARE ROW EXCLUSIVE');
      PERFORM public.apply_changes(p_source, p_target, p_batch);
    END IF;
  END LOOP;
END
$$;

ALTER PROCEDURE public.catch_up(IN p_source regclass, IN p_target regclass, IN p_rest bigint, IN p_batch bigint) OWNER TO bench;

CREATE FUNCTION public.check_alerts() RETURNS TABLE(alert text, severity text, value numeric, threshold numeric, object text, advice text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $_$
BEGIN
  RETURN QUERY
  WITH observed (alert, object, value, advice) AS (
    SELECT 'slow_query', left(slow.query_text, 200), slow.mean_time_ms, 'EXPLAIN (ANALYZE, BUFFERS) it; see docs/performance.md'
    FROM alert_slow_queries() AS slow
    UNION ALL
    SELECT 'connection_usage', 'server', pool.connection_usage_percent, 'put a pool in front, or raise max_connections'
    FROM get_connection_pool_status() AS pool
    UNION ALL
    SELECT 'table_growth', growth.table_name, growth.percent_a_day, 'check retention, and that VACUUM keeps up'
    FROM table_growth AS growth
    UNION ALL
    SELECT 'index_' || fault.kind, fault.index_name, fault.value,
           CASE fault.kind
             WHEN 'invalid' THEN 'a build did not end: drop it and build it again'
             WHEN 'duplicate' THEN 'drop it: another index does the same'
             WHEN 'unused' THEN 'drop it if no replica and no yearly job needs it'
             ELSE 'REINDEX INDEX CONCURRENTLY' END
    FROM index_faults AS fault
    UNION ALL
    SELECT 'partition_missing', health.table_name,
           (coalesce(cardinality(health.missing_months), 0) + greatest(0, 1 - health.months_ahead))::numeric,
           'SELECT create_monthly_partitions() -- its warnings say what it leaves'
    FROM partition_health AS health
    UNION ALL
    SELECT 'default_partition_rows', health.table_name, health.default_rows::numeric,
           -- No month is made for rows that are dated far from any. Those from before the first may be history.
           CASE WHEN health.stray_rows < health.default_rows THEN 'SELECT create_monthly_partitions() -- its warnings say what it leaves'
                ELSE format('correct created_at of the rows in %s; those that are older than %s and right get their months by '
                            'UPDATE partition_ranges SET first_month, then SELECT create_monthly_partitions()',
                            replace(health.table_name, '_partitioned', '_default'), range.first_month) END
    FROM partition_health AS health
    JOIN partition_ranges AS range USING (table_name)
    UNION ALL
    SELECT 'partition_open', part.partition_name, 1,
           CASE WHEN part.is_ours THEN 'SELECT create_monthly_partitions()'
                ELSE format('as %1$I or a superuser: ALTER TABLE %2$I ENABLE ROW LEVEL SECURITY, and REVOKE ALL ON %2$I FROM PUBLIC, '
                            'mailgenius_app, mailgenius_readonly; or, where pg_partman makes partitions, SELECT setup_partman()',
                            pg_get_userbyid(relowner), part.partition_name) END
    FROM monthly_partitions AS part
    JOIN pg_class ON pg_class.oid = part.partition_oid
    WHERE is_open_partition(part.partition_oid)
    UNION ALL
    SELECT 'view_stale', stale.view_name, stale.minutes, 'SELECT refresh_analytics_views(); check the job refresh-analytics'
    FROM alert_stale_views() AS stale
    UNION ALL
    SELECT 'job_failed', failed.job_name, failed.failures, 'read maintenance_runs, and cron.job_run_details where pg_cron is'
    FROM alert_failed_jobs() AS failed
  )
  SELECT observed.alert,
         CASE WHEN observed.value >= level.critical THEN 'critical' ELSE 'warning' END,
         observed.value,
         CASE WHEN observed.value >= level.critical THEN level.critical ELSE level.warning END,
         observed.object,
         observed.advice
  FROM observed
  JOIN alert_thresholds AS level USING (alert)
  WHERE observed.value >= level.warning OR observed.value >= level.critical
  ORDER BY observed.value >= level.critical DESC NULLS LAST, observed.alert, observed.value DESC, observed.object;
END
$_$;

ALTER FUNCTION public.check_alerts() OWNER TO mailgenius_owner;

COMMENT ON FUNCTION public.check_alerts() IS 'What needs somebody now: values at or above their thresholds.';

CREATE FUNCTION public.clean_pending_lists(p_table regclass) RETURNS bigint
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    SET maintenance_work_mem TO '256MB'
    AS $$
  SELECT coalesce(sum(gin_clean_pending_list(index.oid)), 0)::bigint
  FROM pg_index AS definition
  JOIN pg_class AS index ON index.oid = definition.indexrelid
  JOIN pg_am AS method ON method.oid = index.relam
  WHERE definition.indrelid = p_table AND method.amname = 'gin'
$$;

ALTER FUNCTION public.clean_pending_lists(p_table regclass) OWNER TO mailgenius_owner;

COMMENT ON FUNCTION public.clean_pending_lists(p_table regclass) IS 'Empties the pending lists of a table''s GIN indexes.';

CREATE FUNCTION public.cleanup_job_runs(p_retention_days integer) RETURNS integer
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    AS $_$
DECLARE
  removed integer;
BEGIN
  IF to_regclass('cron.job_run_details') IS NULL THEN
    RETURN NULL;
  END IF;
  -- A run that could not connect has no time of its own; the ids tell the order.
  EXECUTE 'DELETE FROM cron.job_run_details
           WHERE database = current_database()
             AND runid <= (SELECT max(runid) FROM cron.job_run_details WHERE start_time < now() - make_interval(days => $1))'
  USING p_retention_days;
  GET DIAGNOSTICS removed = ROW_COUNT;
  RETURN removed;
EXCEPTION
  WHEN insufficient_privilege THEN
    RETURN NULL;
END
$_$;

ALTER FUNCTION public.cleanup_job_runs(p_retention_days integer) OWNER TO mailgenius_owner;

COMMENT ON FUNCTION public.cleanup_job_runs(p_retention_days integer) IS 'Removes what pg_cron noted of runs older than so many days; returns how many.';

CREATE FUNCTION public.cleanup_old_email_sends(p_retention_days integer DEFAULT 365) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    SET "TimeZone" TO 'UTC'
    SET lock_timeout TO '0'
    AS $$
DECLARE
  cutoff     timestamptz;
  old_part   oid;
  old        text;
  month      text;
  stranger   text;
  dependents text;
  counted    bigint;
  removed    bigint := 0;
BEGIN
  IF p_retention_days IS NULL OR p_retention_days NOT BETWEEN 1 AND 36500 THEN
    RAISE EXCEPTION 'p_retention_days must be within 1 and 36500' USING ERRCODE = '22023';
  END IF;
  cutoff := now() - make_interval(days => p_retention_days);

  PERFORM pg_advisory_xact_lock(hashtext('maintenance'));
  -- Asking for a partition's bounds waits for who has it for himself.
  PERFORM set_config('lock_timeout', lock_wait(), true);
  -- How far it came is noted last, when nobody can be waited for: months that are gone keep readers and writers waiting.
  PERFORM FROM partition_ranges WHERE table_name = 'email_sends_partitioned' FOR NO KEY UPDATE SKIP LOCKED;
  IF NOT FOUND AND EXISTS (SELECT FROM partition_ranges WHERE table_name = 'email_sends_partitioned') THEN
    RAISE WARNING 'the row of email_sends_partitioned in partition_ranges is in use: all sends stay until the next call';
    RETURN 0;
  END IF;
  -- Rows first: what dropping locks stays locked to the end of this transaction. Of each, one partition.
  FOR old_part, old, stranger IN
    SELECT 'email_sends_default'::regclass, format('FROM email_sends_default WHERE created_at < %L', cutoff), NULL
    UNION ALL
    SELECT part.partition_oid,
           format('FROM email_sends_partitioned WHERE created_at >= %L AND created_at < %L',
                  coalesce(lower(part.range), '-infinity'), least(upper(part.range), cutoff)),
           CASE WHEN upper(part.range) <= cutoff THEN part.partition_name END
    FROM monthly_partitions AS part
    WHERE part.table_name = 'email_sends_partitioned' AND part.range && tstzrange(NULL, cutoff)
      AND NOT (part.is_ours AND part.range << tstzrange(cutoff, NULL))
  LOOP
    IF stranger IS NOT NULL THEN
      RAISE WARNING '% belongs to another role, so it is emptied and not dropped', stranger
        USING HINT = format('Its owner hands it over: ALTER TABLE %I OWNER TO mailgenius_owner.', stranger);
    END IF;
    removed := removed + delete_in_batches(old_part, old);
  END LOOP;

  FOR old_part, month IN
    SELECT part.partition_oid, part.partition_name FROM monthly_partitions AS part
    WHERE part.table_name = 'email_sends_partitioned' AND part.range << tstzrange(cutoff, NULL) AND part.is_ours
    ORDER BY part.month
  LOOP
    BEGIN
      -- The parent first, as every reader and writer does: the other way round they wait for each other.
      IF NOT try_lock_tables(1, 'ONLY email_sends_partitioned IN ACCESS EXCLUSIVE MODE',
                             'ONLY email_sends_default IN ACCESS EXCLUSIVE MODE',
                             format('ONLY %I IN ACCESS EXCLUSIVE MODE', month)) THEN
        RAISE WARNING '% is in use and stays until the next call', month;
        CONTINUE;
      END IF;
      EXECUTE format('SELECT count(*) FROM %I', month) INTO counted;
      -- Not detached before: that would lock campaigns and leads too.
      EXECUTE format('DROP TABLE %I', month);
    EXCEPTION
      -- A view of the month, or a foreign key to the table: no reason for the others to stay.
      WHEN dependent_objects_still_exist THEN
        GET STACKED DIAGNOSTICS dependents = PG_EXCEPTION_DETAIL;
        RAISE WARNING '% is emptied and not dropped: %', month, dependents;
        counted := delete_in_batches(old_part, format('FROM %I WHERE true', month));
    END;
    removed := removed + counted;
  END LOOP;

  -- Also over months that stay: they are not to be missed when they go.
  UPDATE partition_ranges
  SET first_month = greatest(first_month, date_trunc('month', cutoff)::date),
      removed_before = greatest(removed_before, cutoff)
  WHERE table_name = 'email_sends_partitioned';

  IF removed > 0 THEN
    INSERT INTO audit_logs (action, object_type, details)
    VALUES ('delete', 'email_sends', jsonb_build_object('created_before', cutoff, 'rows', removed));
  END IF;
  RETURN removed;
END
$$;

ALTER FUNCTION public.cleanup_old_email_sends(p_retention_days integer) OWNER TO mailgenius_owner;

COMMENT ON FUNCTION public.cleanup_old_email_sends(p_retention_days integer) IS 'Removes sends older than so many days; returns how many.';

CREATE FUNCTION public.close_partitions(p_table text) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE
  part regclass;
BEGIN
  FOR part IN
    SELECT inhrelid FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
    WHERE inhparent = p_table::regclass AND is_open_partition(inhrelid) AND pg_has_role(relowner, 'USAGE')
  LOOP
    IF NOT try_lock_tables(1, format('%s IN ACCESS EXCLUSIVE MODE', part)) THEN
      RAISE WARNING '% is in use: its row level security is left to the next call', part;
      CONTINUE;
    END IF;
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', part);
    EXECUTE format('REVOKE ALL ON %s FROM PUBLIC, mailgenius_app, mailgenius_readonly', part);
  END LOOP;
END
$$;

ALTER FUNCTION public.close_partitions(p_table text) OWNER TO mailgenius_owner;

COMMENT ON FUNCTION public.close_partitions(p_table text) IS 'Enables row level security on each partition of a table.';

CREATE PROCEDURE public.copy_rows(IN p_source regclass, IN p_target regclass, IN p_blocks integer DEFAULT 8192)
    LANGUAGE plpgsql
    AS $$
DECLARE
  progress public.migration_progress;
  file     oid;
  blocks   bigint;
  upto     bigint;
  copied   bigint;
BEGIN
  LOOP
    COMMIT;
    EXIT WHEN NOT public.migration_step(p_source);
    -- Nobody rewrites the table between this look and the read.
    EXECUTE format('LOCK TABLE %s IN ACCESS SHARE MODE', p_source);
    file := pg_relation_filenode(p_source);
    blocks := pg_relation_size(p_source) / current_setting('block_size')::bigint;

    SELECT * INTO progress FROM public.migration_progress WHERE source_table = p_source::text;
    IF progress.source_file <> file THEN
      EXECUTE format('TRUNCATE %s', p_target);
      DELETE FROM public.migration_progress WHERE source_table = p_source::text;
    END IF;
    IF progress.source_file IS DISTINCT FROM file THEN
      INSERT INTO public.migration_progress (source_table, end_block, source_file)
      VALUES (p_source::text, blocks, file);
      CONTINUE;
    END IF;
    EXIT WHEN progress.next_block >= progress.end_block;

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

CREATE FUNCTION public.count_leads_optimized(p_workspace_id uuid, p_term text DEFAULT NULL::text, p_status text DEFAULT NULL::text, p_source text DEFAULT NULL::text, p_tags text[] DEFAULT NULL::text[], p_total text DEFAULT 'exact'::text) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE
  filter constant text := lead_filter(p_workspace_id, p_term, p_status, p_source, p_tags);
  plan   json;
  total  bigint;
BEGIN
  PERFORM assert_workspace_access(p_workspace_id);
  CASE p_total
    WHEN 'exact' THEN
      EXECUTE format('SELECT count(*) FROM leads WHERE %s', filter) INTO total;
    WHEN 'capped' THEN
      EXECUTE format('SELECT count(*) FROM (SELECT FROM leads WHERE %s LIMIT 10000) AS capped', filter) INTO total;
    WHEN 'estimated' THEN
      EXECUTE format('EXPLAIN (FORMAT JSON) SELECT FROM leads WHERE %s', filter) INTO plan;
      total := plan -> 0 -> 'Plan' ->> 'Plan Rows';
    ELSE
      RAISE EXCEPTION 'p_total must be exact, capped or estimated' USING ERRCODE = '22023';
  END CASE;
  RETURN total;
END
$$;

ALTER FUNCTION public.count_leads_optimized(p_workspace_id uuid, p_term text, p_status text, p_source text, p_tags text[], p_total text) OWNER TO mailgenius_owner;

COMMENT ON FUNCTION public.count_leads_optimized(p_workspace_id uuid, p_term text, p_status text, p_source text, p_tags text[], p_total text) IS 'How many leads match: exact, capped at 10,000, or the planner''s estimate.';

CREATE FUNCTION public.count_segmented_leads(p_workspace_id uuid, p_segment_conditions jsonb) RETURNS bigint
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    SET max_parallel_workers_per_gather TO '2'
    SET work_mem TO '64MB'
    AS $$
DECLARE
  total bigint;
BEGIN
  PERFORM assert_workspace_access(p_workspace_id);
  EXECUTE format('SELECT count(*) FROM leads WHERE workspace_id = %L AND %s',
                 p_workspace_id, segment_where(p_segment_conditions))
  INTO total;
  RETURN total;
END
$$;

ALTER FUNCTION public.count_segmented_leads(p_workspace_id uuid, p_segment_conditions jsonb) OWNER TO mailgenius_owner;

COMMENT ON FUNCTION public.count_segmented_leads(p_workspace_id uuid, p_segment_conditions jsonb) IS 'How many leads are in a segment.';

CREATE FUNCTION public.create_monthly_partitions(p_months_ahead integer DEFAULT 3) RETURNS SETOF text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    SET "TimeZone" TO 'UTC'
    SET lock_timeout TO '0'
    AS $$
DECLARE
  prefix         text;
  parent         text;
  default_part   text;
  partition_name text;
  obstacle       text;
  month          timestamp;
  first_month    timestamp;
  newest_month   timestamp;
  goal           timestamp;
BEGIN
  IF p_months_ahead IS NULL OR p_months_ahead NOT BETWEEN 0 AND 120 THEN
    RAISE EXCEPTION 'p_months_ahead must be within 0 and 120' USING ERRCODE = '22023';
  END IF;
  goal := date_trunc('month', now()::timestamp) + make_interval(months => p_months_ahead);
  PERFORM pg_advisory_xact_lock(hashtext('maintenance'));
  -- Asking for a partition's bounds waits for who has it for himself.
  PERFORM set_config('lock_timeout', lock_wait(), true);

  FOREACH prefix IN ARRAY ARRAY['email_sends', 'lead_activities'] LOOP
    parent := prefix || '_partitioned';
    default_part := prefix || '_default';
    SELECT range.first_month, max(part.month)
    INTO first_month, newest_month
    FROM partition_ranges AS range
    LEFT JOIN monthly_partitions AS part USING (table_name)
    WHERE range.table_name = parent
    GROUP BY range.first_month;

    FOR month IN
      SELECT expected FROM generate_series(first_month, greatest(newest_month, goal), '1 month') AS expected
      WHERE NOT EXISTS (SELECT FROM monthly_partitions AS part
                        WHERE part.table_name = parent
                          AND part.range && tstzrange(expected::timestamptz, (expected + interval '1 month')::timestamptz))
    LOOP
      partition_name := coalesce(CASE WHEN month > newest_month THEN partman_partition_name(parent, month) END,
                                 prefix || to_char(month, '"_y"YYYY"m"MM'));
      IF to_regclass(format('public.%I', partition_name)) IS NOT NULL THEN
        RAISE WARNING '% has no partition for %: something named % is there, as of a month that was detached; rename it, or move into it what waits in % of that month, and attach it',
                      parent, to_char(month, 'YYYY-MM'), partition_name, default_part;
        CONTINUE;
      END IF;
      IF NOT lock_for_partitions(parent) THEN
        RAISE WARNING '% is in use: its partitions from % on are left to the next call', parent, to_char(month, 'YYYY-MM');
        EXIT;
      END IF;
      obstacle := make_partition(parent, partition_name, month::timestamptz);
      IF obstacle IS NULL THEN
        RETURN NEXT partition_name;
      ELSE
        RAISE WARNING '% has no partition for %: %', parent, to_char(month, 'YYYY-MM'), obstacle;
      END IF;
    END LOOP;

    PERFORM close_partitions(parent);
  END LOOP;
END
$$;

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

CREATE FUNCTION public.delete_in_batches(p_partition oid, p_rows text) RETURNS bigint
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    SET lock_timeout TO '0'
    AS $_$
DECLARE
  batch_blocks constant integer := 1024;
  block_size   constant integer := current_setting('block_size');
  block        bigint := 0;
  blocks       bigint := 0;
  before       bigint := 0;
  is_kept      boolean := false;
  counted      bigint;
  removed      bigint := 0;
BEGIN
  LOOP
    PERFORM set_config('lock_timeout', lock_wait(), true);
    BEGIN
      SET CONSTRAINTS ALL IMMEDIATE;
      -- NULL where it is gone.
      blocks := coalesce(pg_relation_size(p_partition), 0) / block_size;
      EXECUTE format('DELETE %1$s AND ctid = ANY (ARRAY(
                        SELECT ctid %1$s AND ctid >= %2$L AND ctid < %3$L FOR UPDATE SKIP LOCKED))',
                     p_rows, format('(%s,0)', block), format('(%s,0)', block + batch_blocks));
      GET DIAGNOSTICS counted = ROW_COUNT;
      removed := removed + counted;
    EXCEPTION
      WHEN integrity_constraint_violation THEN
        is_kept := true;
        RAISE WARNING 'rows stay until the next call: %: %', p_rows, SQLERRM;
      WHEN lock_not_available OR deadlock_detected OR serialization_failure THEN
        RAISE WARNING 'rows stay until the next call: %: %', p_rows, SQLERRM;
        EXIT;
    END;
    block := block + batch_blocks;
    IF block >= blocks THEN
      -- Who changes rows meanwhile leaves new versions of them anywhere.
      EXIT WHEN is_kept OR removed = before;
      before := removed;
      block := 0;
    END IF;
  END LOOP;
  RETURN removed;
END
$_$;

ALTER FUNCTION public.delete_in_batches(p_partition oid, p_rows text) OWNER TO mailgenius_owner;

COMMENT ON FUNCTION public.delete_in_batches(p_partition oid, p_rows text) IS 'Deletes rows of a partition a batch at a time; returns how many.';

CREATE PROCEDURE public.drop_old_table(IN p_name text)
    LANGUAGE plpgsql
    AS $$
DECLARE
  old_table regclass;
  reference record;
BEGIN
  LOOP
    COMMIT;
    PERFORM pg_advisory_xact_lock(hashtext('partitioning'));
    -- Not to_regclass: after the wait above it may still know a table that another session has dropped.
    SELECT oid INTO old_table
    FROM pg_class WHERE relname = p_name || '_old' AND relnamespace = 'public'::regnamespace;
    EXIT WHEN NOT FOUND;
    SELECT conname, confrelid::regclass AS parent INTO reference
    FROM pg_constraint WHERE conrelid = old_table AND contype = 'f'
    -- Leads first: who deletes one has this table in hand as long as the key to them is there, and goes on to campaigns.
    ORDER BY array_position(ARRAY['public.leads', 'public.campaigns']::regclass[], confrelid::regclass) LIMIT 1;
    IF NOT FOUND THEN
      EXECUTE format('DROP TABLE %s', old_table);
      EXIT;
    END IF;
    -- The parent first: who deletes from it goes on to this table.
    PERFORM public.lock_in_order(ARRAY[reference.parent, old_table], 'ACCESS EXCLUSIVE');
    EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', old_table, reference.conname);
  END LOOP;
END
$$;

ALTER PROCEDURE public.drop_old_table(IN p_name text) OWNER TO bench;

CREATE FUNCTION public.email_event_fault(p_event jsonb) RETURNS text
    LANGUAGE sql IMMUTABLE
    SET search_path TO 'public', 'pg_temp'
    AS $$
  SELECT CASE
    WHEN jsonb_typeof(p_event) <> 'object' THEN 'not an object'
    WHEN jsonb_typeof(p_event -> 'provider_message_id') IS DISTINCT FROM 'string'
      OR p_event ->> 'provider_message_id' = '' THEN 'provider_message_id is missing'
    WHEN jsonb_typeof(p_event -> 'event') IS DISTINCT FROM 'string'
      OR p_event ->> 'event' NOT IN ('sent', 'delivered', 'opened', 'clicked', 'bounced', 'unsubscribed',
                                     'complained', 'failed')
      THEN 'event is not one of sent, delivered, opened, clicked, bounced, unsubscribed, complained, failed'
    WHEN jsonb_typeof(p_event -> 'at') NOT IN ('string', 'null')
      OR (p_event ->> 'at' IS NOT NULL AND NOT segment_is_date(p_event ->> 'at')) THEN 'at is not an ISO date'
  END
$$;

ALTER FUNCTION public.email_event_fault(p_event jsonb) OWNER TO mailgenius_owner;

COMMENT ON FUNCTION public.email_event_fault(p_event jsonb) IS 'Why an event of the mail provider cannot go in; NULL when it can.';

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
    CONSTRAINT leads_custom_fields_check CHECK ((jsonb_typeof(custom_fields) = 'object'::text)),
    CONSTRAINT leads_source_check CHECK ((source = ANY (ARRAY['form'::text, 'import'::text, 'api'::text, 'webhook'::text, 'manual'::text]))),
    CONSTRAINT leads_status_check CHECK ((status = ANY (ARRAY['active'::text, 'unsubscribed'::text, 'bounced'::text, 'complained'::text]))),
    CONSTRAINT leads_tags_check CHECK (((cardinality(tags) = 0) OR ((array_ndims(tags) = 1) AND (array_position(tags, NULL::text) IS NULL))))
);
ALTER TABLE ONLY public.leads ALTER COLUMN email SET STATISTICS 1000;
ALTER TABLE ONLY public.leads ALTER COLUMN name SET STATISTICS 1000;
ALTER TABLE ONLY public.leads ALTER COLUMN company SET STATISTICS 1000;

ALTER TABLE public.leads OWNER TO mailgenius_owner;

CREATE FUNCTION public.export_segmented_leads(p_workspace_id uuid, p_segment_conditions jsonb DEFAULT '{"and": []}'::jsonb) RETURNS SETOF public.leads
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    SET work_mem TO '64MB'
    AS $$
DECLARE
  exported bigint;
BEGIN
  PERFORM assert_workspace_access(p_workspace_id);
  RETURN QUERY EXECUTE format('SELECT * FROM leads WHERE workspace_id = %L AND %s ORDER BY email, id',
                              p_workspace_id, segment_where(p_segment_conditions));
  -- Not by a count of its own: another statement sees what others committed meanwhile.
  GET DIAGNOSTICS exported = ROW_COUNT;
  INSERT INTO audit_logs (workspace_id, user_id, action, object_type, details)
  VALUES (p_workspace_id, session_user_id(), 'export', 'lead',
          jsonb_build_object('segment', p_segment_conditions, 'rows', exported));
END
$$;

ALTER FUNCTION public.export_segmented_leads(p_workspace_id uuid, p_segment_conditions jsonb) OWNER TO mailgenius_owner;

COMMENT ON FUNCTION public.export_segmented_leads(p_workspace_id uuid, p_segment_conditions jsonb) IS 'Every lead of a segment, noted in the audit log.';

CREATE FUNCTION public.fast_bulk_lead_import(p_workspace_id uuid, p_leads_json jsonb) RETURNS TABLE(imported_count integer, updated_count integer, error_count integer, errors jsonb)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    SET gin_pending_list_limit TO '64MB'
    SET work_mem TO '128MB'
    AS $$
#variable_conflict use_column
DECLARE
  bulk constant integer := 1000;
BEGIN
  PERFORM assert_workspace_access(p_workspace_id);
  IF p_leads_json IS NULL OR jsonb_typeof(p_leads_json) <> 'array' THEN
    RAISE EXCEPTION 'p_leads_json must be an array' USING ERRCODE = '22023';
  END IF;

  WITH element AS MATERIALIZED (
    SELECT ordinality::integer AS position, value AS lead, address AS email,
           lead_import_fault(value, address) AS fault
    FROM jsonb_array_elements(p_leads_json) WITH ORDINALITY,
         LATERAL (SELECT btrim(value ->> 'email', E' \t\r\n') AS address OFFSET 0) AS trimmed
  ),
  latest AS (
    -- Checked to be ASCII, so the collation makes no difference but to the speed.
    SELECT DISTINCT ON (lower(email COLLATE "C")) lead, email
    FROM element
    WHERE fault IS NULL
    ORDER BY lower(email COLLATE "C"), position DESC
  ),
  given AS (
    SELECT email::citext AS email,
           lead ->> 'name' AS name,
           lead ->> 'phone' AS phone,
           lead ->> 'company' AS company,
           lead ->> 'position' AS position,
           coalesce(lead ->> 'source', 'import') AS source,
           coalesce(lead ->> 'status', 'active') AS status,
           CASE jsonb_typeof(lead -> 'tags') WHEN 'array'
             THEN ARRAY(SELECT jsonb_array_elements_text(lead -> 'tags'))
             ELSE '{}' END AS tags,
           coalesce(nullif(lead -> 'custom_fields', 'null'), '{}') AS custom_fields
    FROM latest
    OFFSET 0 -- else the planner would not put lead_import_changes in place of its call, which uses the tags twice
  ),
  written AS (
    INSERT INTO leads AS lead
      (workspace_id, email, name, phone, company, position, source, status, tags, custom_fields)
    SELECT p_workspace_id, given.email, given.name, given.phone, given.company, given.position,
           given.source, given.status,
           ARRAY(SELECT tag FROM unnest(given.tags) WITH ORDINALITY AS list (tag, place)
                 GROUP BY tag ORDER BY min(place)),
           given.custom_fields
    FROM given
    LEFT JOIN leads AS known ON known.workspace_id = p_workspace_id AND known.email = given.email
    -- ON CONFLICT would lock a lead before it finds nothing to change; a repeated import would write
    -- every row. Here it never sees those; its own test is for what another session did meanwhile.
    WHERE known.id IS NULL OR lead_import_changes(known, given.name, given.phone, given.company,
                                                  given.position, given.status, given.tags, given.custom_fields)
    -- Every import takes its locks in this order: two that overlap wait, and never for each other.
    ORDER BY lower(given.email::text COLLATE "C")
    ON CONFLICT (workspace_id, email) DO UPDATE SET
      name = coalesce(excluded.name, lead.name),
      phone = coalesce(excluded.phone, lead.phone),
      company = coalesce(excluded.company, lead.company),
      position = coalesce(excluded.position, lead.position),
      status = CASE lead.status WHEN 'active' THEN excluded.status ELSE lead.status END,
      tags = lead.tags || ARRAY(SELECT tag FROM unnest(excluded.tags) WITH ORDINALITY AS added (tag, place)
                                WHERE tag <> ALL (lead.tags) ORDER BY place),
      custom_fields = lead.custom_fields || excluded.custom_fields
    WHERE lead_import_changes(lead, excluded.name, excluded.phone, excluded.company, excluded.position,
                              excluded.status, excluded.tags, excluded.custom_fields)
    -- A row version nobody has replaced or locked yet was inserted just now.
    RETURNING xmax = 0 AS inserted
  ),
  refused AS (
    SELECT position, fault, row_number() OVER (ORDER BY position) AS place
    FROM element
    WHERE fault IS NOT NULL
  )
  SELECT (SELECT count(*) FROM written WHERE inserted)::integer,
         (SELECT count(*) FROM written WHERE NOT inserted)::integer,
         count(*)::integer,
         coalesce(jsonb_agg(jsonb_build_object('position', position, 'reason', fault) ORDER BY place)
                  FILTER (WHERE place <= 100000), '[]')
  INTO imported_count, updated_count, error_count, errors
  FROM refused;

  -- Nobody's search should read what a large import left pending.
  IF imported_count + updated_count >= bulk THEN
    PERFORM clean_pending_lists('leads');
  END IF;

  INSERT INTO audit_logs (workspace_id, user_id, action, object_type, details)
  VALUES (p_workspace_id, session_user_id(), 'import', 'lead',
          jsonb_build_object('given', jsonb_array_length(p_leads_json), 'imported', imported_count,
                             'updated', updated_count, 'refused', error_count));
  RETURN NEXT;
END
$$;

ALTER FUNCTION public.fast_bulk_lead_import(p_workspace_id uuid, p_leads_json jsonb) OWNER TO mailgenius_owner;

COMMENT ON FUNCTION public.fast_bulk_lead_import(p_workspace_id uuid, p_leads_json jsonb) IS 'Imports a JSON array of leads; returns what was inserted, changed and refused.';

CREATE FUNCTION public.field_terms(p_fields jsonb) RETURNS text[]
    LANGUAGE plpgsql IMMUTABLE STRICT COST 40 PARALLEL SAFE
    SET search_path TO 'public', 'pg_temp'
    AS $_$
DECLARE
  -- Strict and silent: nothing for what is no object, also for a list of them.
  fields constant jsonb := jsonb_path_query_array(p_fields, 'strict $.keyvalue()', '{}', true);
  field  jsonb;
  value  jsonb;
  term   text;
  terms  text[] := '{}';
BEGIN
  FOR place IN 0 .. jsonb_array_length(fields) - 1 LOOP
    field := fields -> place;
    value := field -> 'value';
    term := (field ->> 'key') || ':' || CASE jsonb_typeof(value)
      WHEN 'string' THEN lower(value::text)
      WHEN 'number' THEN trim_scale(value::numeric)::text
      WHEN 'boolean' THEN value::text
    END;
    CONTINUE WHEN term IS NULL;
    terms := terms || CASE WHEN octet_length(term) <= 500 THEN term
                           ELSE encode(sha256(convert_to(term, 'UTF8')), 'hex') END;
  END LOOP;
  RETURN terms;
END
$_$;

ALTER FUNCTION public.field_terms(p_fields jsonb) OWNER TO mailgenius_owner;

COMMENT ON FUNCTION public.field_terms(p_fields jsonb) IS 'A term for each text, number and boolean of custom fields.';

CREATE FUNCTION public.find_lead_by_email(p_workspace_id uuid, p_email public.citext) RETURNS TABLE(id uuid, email public.citext, name text, company text, status text, source text, tags text[], created_at timestamp with time zone)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
BEGIN
  PERFORM assert_workspace_access(p_workspace_id);
  RETURN QUERY
  SELECT lead.id, lead.email, lead.name, lead.company, lead.status, lead.source, lead.tags,
         lead.created_at::timestamptz
  FROM leads AS lead
  WHERE lead.workspace_id = p_workspace_id AND lead.email = p_email;
END
$$;

ALTER FUNCTION public.find_lead_by_email(p_workspace_id uuid, p_email public.citext) OWNER TO mailgenius_owner;

COMMENT ON FUNCTION public.find_lead_by_email(p_workspace_id uuid, p_email public.citext) IS 'The workspace''s lead with this e-mail, whatever its case.';

CREATE FUNCTION public.first_moment_of(p_local timestamp without time zone, p_time_zone text) RETURNS timestamp with time zone
    LANGUAGE sql IMMUTABLE
    SET search_path TO 'public', 'pg_temp'
    AS $$
  SELECT CASE WHEN earlier AT TIME ZONE p_time_zone = p_local THEN least(earlier, usual) ELSE usual END
  FROM (SELECT p_local AT TIME ZONE p_time_zone AS usual) AS given,
       LATERAL (SELECT usual - interval '24 hours' AS moment) AS day_before,
       -- With the offset of the day before: the one of the first time, when there are two.
       LATERAL (SELECT (p_local - (moment AT TIME ZONE p_time_zone - moment AT TIME ZONE 'UTC')) AT TIME ZONE 'UTC'
                  AS earlier) AS other
$$;

ALTER FUNCTION public.first_moment_of(p_local timestamp without time zone, p_time_zone text) OWNER TO mailgenius_owner;

COMMENT ON FUNCTION public.first_moment_of(p_local timestamp without time zone, p_time_zone text) IS 'The first moment at which clocks of a time zone show a time.';

CREATE FUNCTION public.fold_campaign_metrics() RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE
  most   constant bigint := 2147483647; -- a counter stops there rather than stop the folding of all others
  folded integer;
BEGIN
  IF NOT pg_try_advisory_xact_lock(hashtext('fold_campaign_metrics')) THEN
    RETURN 0;
  END IF;
  WITH free AS MATERIALIZED (
    SELECT id FROM campaigns
    WHERE id IN (SELECT campaign_id FROM campaign_metric_changes)
    FOR NO KEY UPDATE SKIP LOCKED
  ), taken AS (
    DELETE FROM campaign_metric_changes WHERE campaign_id IN (SELECT id FROM free) RETURNING *
  ), change AS (
    SELECT workspace_id, campaign_id, sum(delivered) AS delivered, sum(opened) AS opened, sum(clicked) AS clicked,
           sum(bounced) AS bounced, sum(unsubscribed) AS unsubscribed, sum(complained) AS complained
    FROM taken
    GROUP BY workspace_id, campaign_id
  )
  UPDATE campaigns AS campaign
  SET delivered = least(campaign.delivered + change.delivered, most),
      opened = least(campaign.opened + change.opened, most),
      clicked = least(campaign.clicked + change.clicked, most),
      bounced = least(campaign.bounced + change.bounced, most),
      unsubscribed = least(campaign.unsubscribed + change.unsubscribed, most),
      complained = least(campaign.complained + change.complained, most)
  FROM change
  WHERE campaign.id = change.campaign_id AND campaign.workspace_id = change.workspace_id;
  GET DIAGNOSTICS folded = ROW_COUNT;
  RETURN folded;
END
$$;

ALTER FUNCTION public.fold_campaign_metrics() OWNER TO mailgenius_owner;

COMMENT ON FUNCTION public.fold_campaign_metrics() IS 'Adds waiting changes to the counters of campaigns.';

CREATE FUNCTION public.get_campaign_analytics(p_workspace_id uuid, p_campaign_id uuid DEFAULT NULL::uuid, p_from date DEFAULT NULL::date, p_to date DEFAULT NULL::date, p_period text DEFAULT 'day'::text, p_time_zone text DEFAULT 'UTC'::text) RETURNS TABLE(period_start date, sent bigint, delivered bigint, opened bigint, clicked bigint, bounced bigint, unsubscribed bigint, complained bigint)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $_$
BEGIN
  PERFORM assert_workspace_access(p_workspace_id);
  IF p_campaign_id IS NOT NULL
     AND NOT EXISTS (SELECT FROM campaigns WHERE id = p_campaign_id AND workspace_id = p_workspace_id) THEN
    RAISE EXCEPTION 'campaign % is not in this workspace', p_campaign_id USING ERRCODE = 'P0002';
  END IF;

  -- EXECUTE plans with these values: whether there is a campaign decides between an index and a scan.
  RETURN QUERY EXECUTE $query$
    WITH period AS MATERIALIZED (
      SELECT row_number() OVER (ORDER BY period_start)::integer AS place, *
      FROM analytics_periods($3, $4, $5, $6)
    ), span AS (
      SELECT min(begins_at) AS begins_at, max(ends_at) AS ends_at,
             array_agg(begins_at ORDER BY place) AS beginnings
      FROM period
    ), event AS (
      -- By moments, not by the local date: where clocks go back over midnight, that names two days by turns.
      SELECT width_bucket(happened.at, (SELECT beginnings FROM span)) AS place, happened.kind, count(*) AS events
      FROM email_sends_partitioned AS send
      CROSS JOIN LATERAL (VALUES ('sent', send.sent_at), ('delivered', send.delivered_at), ('opened', send.opened_at),
                                 ('clicked', send.clicked_at), ('bounced', send.bounced_at),
                                 ('unsubscribed', send.unsubscribed_at), ('complained', send.complained_at))
        AS happened (kind, at)
      WHERE send.workspace_id = $1 AND ($2 IS NULL OR send.campaign_id = $2)
        AND happened.at >= (SELECT begins_at FROM span) AND happened.at < (SELECT ends_at FROM span)
      GROUP BY 1, 2
    )
    SELECT period.period_start,
           coalesce(sum(events) FILTER (WHERE kind = 'sent'), 0)::bigint,
           coalesce(sum(events) FILTER (WHERE kind = 'delivered'), 0)::bigint,
           coalesce(sum(events) FILTER (WHERE kind = 'opened'), 0)::bigint,
           coalesce(sum(events) FILTER (WHERE kind = 'clicked'), 0)::bigint,
           coalesce(sum(events) FILTER (WHERE kind = 'bounced'), 0)::bigint,
           coalesce(sum(events) FILTER (WHERE kind = 'unsubscribed'), 0)::bigint,
           coalesce(sum(events) FILTER (WHERE kind = 'complained'), 0)::bigint
    FROM period
    LEFT JOIN event USING (place)
    GROUP BY period.period_start
    ORDER BY period.period_start
  $query$ USING p_workspace_id, p_campaign_id, p_from, p_to, p_period, p_time_zone;
END
$_$;

ALTER FUNCTION public.get_campaign_analytics(p_workspace_id uuid, p_campaign_id uuid, p_from date, p_to date, p_period text, p_time_zone text) OWNER TO mailgenius_owner;

COMMENT ON FUNCTION public.get_campaign_analytics(p_workspace_id uuid, p_campaign_id uuid, p_from date, p_to date, p_period text, p_time_zone text) IS 'Events of sends by day, week or month, without a gap.';

CREATE FUNCTION public.get_connection_pool_status() RETURNS TABLE(total_connections integer, active_connections integer, idle_connections integer, max_connections integer, connection_usage_percent numeric)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
  SELECT count(*)::integer,
         (count(*) FILTER (WHERE state = 'active'))::integer,
         (count(*) FILTER (WHERE state LIKE 'idle%'))::integer,
         current_setting('max_connections')::integer,
         round(100.0 * count(*) / current_setting('max_connections')::integer, 1)
  FROM pg_stat_activity
  WHERE backend_type = 'client backend'
$$;

ALTER FUNCTION public.get_connection_pool_status() OWNER TO mailgenius_owner;

COMMENT ON FUNCTION public.get_connection_pool_status() IS 'Connections of clients: all, active, idle, and the share of the most allowed.';

CREATE FUNCTION public.get_database_performance_metrics() RETURNS TABLE(metric_name text, metric_value numeric, metric_unit text, measured_at timestamp with time zone)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
  WITH database AS (
    SELECT * FROM pg_stat_database WHERE datname = current_database()
  ), size AS (
    SELECT sum(bytes) AS bytes FROM current_table_sizes
  ), earlier AS (
    -- The newest sample that is at least a day old.
    SELECT sum(bytes) AS bytes, sampled_at
    FROM table_sizes
    WHERE sampled_at = (SELECT max(sampled_at) FROM table_sizes WHERE sampled_at <= now() - interval '1 day')
    GROUP BY sampled_at
  ), usage AS (
    SELECT sum(idx_scan) AS index_scans, sum(seq_scan) AS sequential_scans,
           sum(n_live_tup) AS live_rows, sum(n_dead_tup) AS dead_rows,
           sum(n_tup_upd) AS updates, sum(n_tup_hot_upd) AS hot_updates
    FROM pg_stat_user_tables
  ), unused AS (
    SELECT count(*) AS indexes, coalesce(sum(bytes), 0) AS bytes FROM index_usage WHERE is_unused
  ), partitions AS (
    SELECT sum(default_rows) AS default_rows, min(months_ahead) AS months_ahead,
           coalesce(sum(cardinality(missing_months)), 0) AS missing
    FROM partition_health
  )
  SELECT metric.name, round(metric.value, 3), metric.unit, now()
  FROM database, size, usage, unused, partitions,
  LATERAL (VALUES
    ('connection_usage', (SELECT connection_usage_percent FROM get_connection_pool_status()), 'percent'),
    ('cache_hit_ratio', 100.0 * blks_hit / nullif(blks_hit + blks_read, 0), 'percent'),
    ('database_size', pg_database_size(current_database()), 'bytes'),
    ('tables_size', size.bytes, 'bytes'),
    ('tables_growth', (SELECT (size.bytes - earlier.bytes) * 86400
                              / nullif(extract(epoch FROM now() - earlier.sampled_at), 0) FROM earlier), 'bytes per day'),
    ('index_scan_share', 100.0 * index_scans / nullif(index_scans + sequential_scans, 0), 'percent'),
    ('unused_indexes', unused.indexes, 'indexes'),
    ('unused_indexes_size', unused.bytes, 'bytes'),
    ('live_rows', live_rows, 'rows'),
    ('dead_rows', dead_rows, 'rows'),
    ('dead_row_share', 100.0 * dead_rows / nullif(live_rows + dead_rows, 0), 'percent'),
    ('hot_update_share', 100.0 * hot_updates / nullif(updates, 0), 'percent'),
    ('wal_written', (SELECT wal_bytes FROM pg_stat_wal), 'bytes'),
    ('temporary_files', temp_bytes, 'bytes'),
    ('deadlocks', deadlocks, 'deadlocks'),
    ('rolled_back_share', 100.0 * xact_rollback / nullif(xact_commit + xact_rollback, 0), 'percent'),
    ('default_partition_rows', partitions.default_rows, 'rows'),
    ('months_ahead', partitions.months_ahead, 'months'),
    ('missing_months', partitions.missing, 'months')
  ) AS metric (name, value, unit)
$$;

ALTER FUNCTION public.get_database_performance_metrics() OWNER TO mailgenius_owner;

COMMENT ON FUNCTION public.get_database_performance_metrics() IS 'Connections, cache, sizes, growth, index use, dead rows, WAL and partitions of this database.';

CREATE FUNCTION public.get_lead_growth_analytics(p_workspace_id uuid, p_from date DEFAULT NULL::date, p_to date DEFAULT NULL::date, p_period text DEFAULT 'day'::text, p_time_zone text DEFAULT 'UTC'::text) RETURNS TABLE(period_start date, new_leads bigint, active_leads bigint, total_leads bigint)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $_$
BEGIN
  PERFORM assert_workspace_access(p_workspace_id);
  RETURN QUERY EXECUTE $query$
    WITH period AS MATERIALIZED (
      SELECT row_number() OVER (ORDER BY period_start)::integer AS place, *
      FROM analytics_periods($2, $3, $4, $5)
    ), span AS (
      SELECT min(begins_at) AS begins_at, max(ends_at) AS ends_at,
             array_agg(begins_at ORDER BY place) AS beginnings
      FROM period
    ), arrival AS (
      -- By moments, not by the local date: where clocks go back over midnight, that names two days by turns.
      SELECT width_bucket(created_at, (SELECT beginnings FROM span)) AS place,
             count(*) AS new_leads, count(*) FILTER (WHERE status = 'active') AS active_leads
      FROM leads
      WHERE workspace_id = $1
        AND created_at >= (SELECT begins_at FROM span) AND created_at < (SELECT ends_at FROM span)
      GROUP BY 1
    )
    SELECT period.period_start, coalesce(arrival.new_leads, 0), coalesce(arrival.active_leads, 0),
           (SELECT count(*) FROM leads WHERE workspace_id = $1 AND created_at < (SELECT begins_at FROM span))
             + sum(coalesce(arrival.new_leads, 0)) OVER (ORDER BY period.period_start)::bigint
    FROM period
    LEFT JOIN arrival USING (place)
    ORDER BY period.period_start
  $query$ USING p_workspace_id, p_from, p_to, p_period, p_time_zone;
END
$_$;

ALTER FUNCTION public.get_lead_growth_analytics(p_workspace_id uuid, p_from date, p_to date, p_period text, p_time_zone text) OWNER TO mailgenius_owner;

COMMENT ON FUNCTION public.get_lead_growth_analytics(p_workspace_id uuid, p_from date, p_to date, p_period text, p_time_zone text) IS 'New, active and total leads by day, week or month, without a gap.';

CREATE FUNCTION public.get_query_performance_stats() RETURNS TABLE(query_text text, calls bigint, total_time_ms numeric, mean_time_ms numeric, hit_percent numeric)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
  SELECT * FROM statement_times() AS stats ORDER BY stats.total_time_ms DESC LIMIT 100
$$;

ALTER FUNCTION public.get_query_performance_stats() OWNER TO mailgenius_owner;

COMMENT ON FUNCTION public.get_query_performance_stats() IS 'Statements of this database that took most time.';

CREATE FUNCTION public.get_segmented_leads(p_workspace_id uuid, p_segment_conditions jsonb, p_limit integer DEFAULT 10000, p_offset integer DEFAULT 0) RETURNS TABLE(lead_id uuid, email public.citext, name text, company text, status text, source text, tags text[], created_at timestamp with time zone)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    SET max_parallel_workers_per_gather TO '2'
    SET work_mem TO '64MB'
    AS $$
BEGIN
  PERFORM assert_workspace_access(p_workspace_id);
  IF least(p_limit, p_offset) < 0 OR p_limit IS NULL OR p_offset IS NULL THEN
    RAISE EXCEPTION 'p_limit and p_offset must be 0 or more' USING ERRCODE = '22023';
  END IF;

  -- Qualified: a bare created_at in ORDER BY would be the cast column of the result, which no index has.
  RETURN QUERY EXECUTE format(
    'SELECT id, email, name, company, status, source, tags, created_at::timestamptz
     FROM leads WHERE workspace_id = %L AND %s
     ORDER BY leads.created_at DESC, leads.id DESC LIMIT %s OFFSET %s',
    p_workspace_id, segment_where(p_segment_conditions, p_words => 'page'), p_limit, p_offset);
END
$$;

ALTER FUNCTION public.get_segmented_leads(p_workspace_id uuid, p_segment_conditions jsonb, p_limit integer, p_offset integer) OWNER TO mailgenius_owner;

COMMENT ON FUNCTION public.get_segmented_leads(p_workspace_id uuid, p_segment_conditions jsonb, p_limit integer, p_offset integer) IS 'The leads of a segment, newest first.';

CREATE FUNCTION public.hand_to_partman(p_table text) RETURNS text
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    SET "TimeZone" TO 'UTC'
    AS $_$
DECLARE
  obstacle    constant text := partman_obstacle(p_table);
  partman     constant text := partman_schema();
  own_default constant text := replace(p_table, '_partitioned', '_default');
  next_month  constant date := (SELECT max(month) + interval '1 month' FROM monthly_partitions WHERE table_name = p_table);
  version     constant text := (SELECT extversion FROM pg_extension WHERE extname = 'pg_partman');
  template    text;
  has_rows    boolean;
BEGIN
  IF obstacle IS NOT NULL THEN
    RETURN obstacle;
  END IF;

  -- It insists on a default partition of its own making; ours is watched by name and comes back after.
  EXECUTE format('ALTER TABLE %I DETACH PARTITION %I', p_table, own_default);
  EXECUTE format(CASE WHEN split_part(version, '.', 1)::integer >= 5 THEN
    'SELECT %s.create_parent(p_parent_table => $1, p_control => ''created_at'', p_interval => ''1 month'',
                             p_start_partition => $2, p_premake => 3)'
  ELSE
    'SELECT %s.create_parent($1, ''created_at'', ''native'', ''monthly'', p_start_partition => $2, p_premake => 3)'
  END, partman) USING 'public.' || p_table, next_month::text;
  EXECUTE format('ALTER TABLE %I DETACH PARTITION %I', p_table, p_table || '_default');
  EXECUTE format('DROP TABLE %I', p_table || '_default');
  -- Rows that waited for the months made now would keep it from coming back.
  EXECUTE format('SELECT EXISTS (SELECT FROM %I)', own_default) INTO has_rows;
  IF has_rows THEN
    EXECUTE format('WITH moved AS (DELETE FROM %I WHERE created_at >= $1 AND created_at < $2 RETURNING *)
                    INSERT INTO %I SELECT * FROM moved', own_default, p_table)
    USING next_month::timestamp::timestamptz,
          (SELECT (max(month) + interval '1 month')::timestamptz FROM monthly_partitions WHERE table_name = p_table);
  END IF;
  EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I DEFAULT', p_table, own_default);

  -- Ahead of today, not of the newest row; and rows that wait in the default partition are our business.
  EXECUTE format('UPDATE %s.part_config SET infinite_time_partitions = true, ignore_default_data = true
                  WHERE parent_table = $1 RETURNING template_table', partman)
  INTO template USING 'public.' || p_table;
  -- It reads that whenever it makes a partition.
  EXECUTE format('GRANT ALL ON %s TO mailgenius_owner', template);
  RETURN NULL;
EXCEPTION
  -- pg_partman raises whatever goes wrong in it as P0001; a row of its that our role does not see is a unique violation.
  WHEN raise_exception OR insufficient_privilege OR unique_violation THEN
    RETURN SQLERRM;
END
$_$;

ALTER FUNCTION public.hand_to_partman(p_table text) OWNER TO mailgenius_owner;

COMMENT ON FUNCTION public.hand_to_partman(p_table text) IS 'Gives a table of ours to pg_partman; why not, or NULL.';

CREATE FUNCTION public.insert_send_by_old_name() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    AS $$
BEGIN
  IF NEW.created_at IS NULL THEN
    SELECT sends_created_at INTO NEW.created_at FROM campaigns WHERE id = NEW.campaign_id;
    IF NEW.created_at IS NULL THEN
      UPDATE campaigns SET sends_created_at = coalesce(sends_created_at, now())
      WHERE id = NEW.campaign_id
      RETURNING sends_created_at INTO NEW.created_at;
    END IF;
    -- The policy of the table refuses it too, without saying why.
    IF NEW.created_at < (SELECT moment FROM schedule_horizon) THEN
      RAISE EXCEPTION 'campaign % was first scheduled on %, and sends of that day are not kept, or not for long: make a new campaign',
                      NEW.campaign_id, (NEW.created_at AT TIME ZONE 'UTC')::date
        USING ERRCODE = '55000';
    END IF;
  END IF;
  -- A view has no defaults. Without a campaign there is no moment either: the insert says what is wrong.
  NEW.created_at := coalesce(NEW.created_at, now());
  NEW.id := coalesce(NEW.id, gen_random_uuid());
  NEW.status := coalesce(NEW.status, 'pending');
  INSERT INTO email_sends_partitioned SELECT NEW.* ON CONFLICT (campaign_id, lead_id, created_at) DO NOTHING;
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;
  RETURN NEW;
END
$$;

ALTER FUNCTION public.insert_send_by_old_name() OWNER TO mailgenius_owner;

COMMENT ON FUNCTION public.insert_send_by_old_name() IS 'Trigger: a send inserted by the old name gets its campaign''s moment.';

CREATE FUNCTION public.install_partman() RETURNS text
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE
  grants text;
BEGIN
  IF NOT EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_partman') THEN
    IF NOT EXISTS (SELECT FROM pg_available_extensions WHERE name = 'pg_partman') THEN
      RETURN 'this server has no pg_partman';
    END IF;
    CREATE SCHEMA IF NOT EXISTS partman;
    CREATE EXTENSION pg_partman SCHEMA partman;
  END IF;

  -- Of what belongs to it and nothing else: the schema may be anybody's.
  SELECT string_agg(format('GRANT %s TO mailgenius_owner', what), '; ') INTO grants
  FROM pg_extension
  CROSS JOIN LATERAL (
    SELECT 'USAGE ON SCHEMA ' || extnamespace::regnamespace
    UNION ALL
    SELECT CASE classid WHEN 'pg_class'::regclass THEN 'ALL ON ' || objid::regclass
                        ELSE 'EXECUTE ON ROUTINE ' || objid::regprocedure END
    FROM pg_depend
    LEFT JOIN pg_class ON classid = 'pg_class'::regclass AND pg_class.oid = objid
    WHERE refclassid = 'pg_extension'::regclass AND refobjid = pg_extension.oid AND deptype = 'e'
      AND (relkind IN ('r', 'p', 'v', 'S') OR classid = 'pg_proc'::regclass)
  ) AS needed (what)
  WHERE extname = 'pg_partman';
  EXECUTE grants;
  -- A grant of what one has not oneself is a warning only.
  RETURN CASE WHEN partman_schema() IS NULL THEN 'mailgenius_owner may not use pg_partman' END;
EXCEPTION
  WHEN insufficient_privilege THEN
    RETURN SQLERRM;
END
$$;

ALTER FUNCTION public.install_partman() OWNER TO mailgenius_owner;

COMMENT ON FUNCTION public.install_partman() IS 'Installs pg_partman where it may, for the owner of our tables; why not, or NULL.';

CREATE FUNCTION public.is_open_partition(p_partition oid) RETURNS boolean
    LANGUAGE sql STABLE
    SET search_path TO 'public', 'pg_temp'
    AS $$
  SELECT NOT relrowsecurity
      OR EXISTS (SELECT FROM aclexplode(relacl)
                 WHERE privilege_type NOT IN ('SELECT', 'INSERT', 'UPDATE', 'DELETE')
                   AND grantee IN (0, 'mailgenius_app'::regrole, 'mailgenius_readonly'::regrole))
  FROM pg_class WHERE oid = p_partition
$$;

ALTER FUNCTION public.is_open_partition(p_partition oid) OWNER TO mailgenius_owner;

COMMENT ON FUNCTION public.is_open_partition(p_partition oid) IS 'Whether a partition itself gives away or lets go of rows.';

CREATE FUNCTION public.is_partman_managed(p_table text) RETURNS boolean
    LANGUAGE plpgsql STABLE
    SET search_path TO 'public', 'pg_temp'
    AS $_$
DECLARE
  managed boolean := false;
BEGIN
  IF partman_schema() IS NOT NULL THEN
    EXECUTE format('SELECT EXISTS (SELECT FROM %s.part_config WHERE parent_table = $1)', partman_schema())
    INTO managed USING 'public.' || p_table;
  END IF;
  RETURN managed;
END
$_$;

ALTER FUNCTION public.is_partman_managed(p_table text) OWNER TO mailgenius_owner;

COMMENT ON FUNCTION public.is_partman_managed(p_table text) IS 'Whether pg_partman makes the partitions of a table.';

CREATE FUNCTION public.is_referred_to(p_table text) RETURNS boolean
    LANGUAGE sql STABLE
    SET search_path TO 'public', 'pg_temp'
    AS $$
  SELECT EXISTS (SELECT FROM pg_constraint WHERE contype = 'f' AND confrelid = p_table::regclass)
$$;

ALTER FUNCTION public.is_referred_to(p_table text) OWNER TO mailgenius_owner;

COMMENT ON FUNCTION public.is_referred_to(p_table text) IS 'Whether a foreign key refers to the table.';

CREATE FUNCTION public.is_waited_for() RETURNS boolean
    LANGUAGE sql
    SET search_path TO 'public', 'pg_temp'
    AS $$
  SELECT EXISTS (
    SELECT FROM pg_locks
    WHERE NOT granted AND locktype <> 'advisory' AND pg_backend_pid() = ANY (pg_blocking_pids(pid))
  )
$$;

ALTER FUNCTION public.is_waited_for() OWNER TO mailgenius_owner;

COMMENT ON FUNCTION public.is_waited_for() IS 'Whether somebody waits for what this transaction has locked.';

CREATE FUNCTION public.json_text_is_uuid(p_value jsonb) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'public', 'pg_temp'
    AS $_$
  SELECT coalesce(jsonb_typeof(p_value) = 'string'
    AND p_value #>> '{}' ~ '^[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$', false)
$_$;

ALTER FUNCTION public.json_text_is_uuid(p_value jsonb) OWNER TO mailgenius_owner;

COMMENT ON FUNCTION public.json_text_is_uuid(p_value jsonb) IS 'Whether a JSON value is the text of a uuid.';

CREATE FUNCTION public.keep_sends_created_at() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  RAISE EXCEPTION 'sends_created_at of campaign % is set already', OLD.id
    USING ERRCODE = '42501', HINT = 'All sends of a campaign share it; it is set once.';
END
$$;

ALTER FUNCTION public.keep_sends_created_at() OWNER TO mailgenius_owner;

COMMENT ON FUNCTION public.keep_sends_created_at() IS 'Trigger: refuses another sends_created_at than the first.';

CREATE FUNCTION public.lead_filter(p_workspace_id uuid, p_term text, p_status text, p_source text, p_tags text[]) RETURNS text
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO 'public', 'pg_temp'
    AS $_$
DECLARE
  fault constant text := coalesce(
    'p_term: ' || long_text_fault(p_term),
    'p_tags: ' || long_text_fault(VARIADIC p_tags),
    CASE WHEN EXISTS (SELECT FROM unnest(p_tags) AS tag WHERE tag IS NULL) THEN 'p_tags: has NULL' END,
    CASE WHEN p_status NOT IN ('active', 'unsubscribed', 'bounced', 'complained')
      THEN 'p_status: not one of active, unsubscribed, bounced, complained' END,
    CASE WHEN p_source NOT IN ('form', 'import', 'api', 'webhook', 'manual')
      THEN 'p_source: not one of form, import, api, webhook, manual' END);
BEGIN
  IF fault IS NOT NULL THEN
    RAISE EXCEPTION '%', fault USING ERRCODE = '22023';
  END IF;
  RETURN concat_ws(' AND ',
    format('workspace_id = %L', p_workspace_id),
    CASE WHEN p_status IS NOT NULL THEN format('status = %L', p_status) END,
    CASE WHEN p_source IS NOT NULL THEN format('source = %L', p_source) END,
    CASE WHEN p_tags IS NOT NULL THEN format('tags::citext[] @> %L::citext[]', p_tags) END,
    CASE WHEN p_term IS NOT NULL THEN
      format('(email::text ILIKE %1$L OR name ILIKE %1$L OR company ILIKE %1$L)', '%' || like_literal(p_term) || '%')
    END);
END
$_$;

ALTER FUNCTION public.lead_filter(p_workspace_id uuid, p_term text, p_status text, p_source text, p_tags text[]) OWNER TO mailgenius_owner;

COMMENT ON FUNCTION public.lead_filter(p_workspace_id uuid, p_term text, p_status text, p_source text, p_tags text[]) IS 'The WHERE clause of a list or search of leads.';

CREATE FUNCTION public.lead_import_changes(p_lead public.leads, p_name text, p_phone text, p_company text, p_position text, p_status text, p_tags text[], p_custom_fields jsonb) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN ((COALESCE(p_name, (p_lead).name) IS DISTINCT FROM (p_lead).name) OR (COALESCE(p_phone, (p_lead).phone) IS DISTINCT FROM (p_lead).phone) OR (COALESCE(p_company, (p_lead).company) IS DISTINCT FROM (p_lead).company) OR (COALESCE(p_position, (p_lead)."position") IS DISTINCT FROM (p_lead)."position") OR (((p_lead).status = 'active'::text) AND (p_status <> 'active'::text)) OR ((p_tags <> (p_lead).tags) AND (NOT (p_tags <@ (p_lead).tags))) OR ((p_custom_fields <> (p_lead).custom_fields) AND (((p_lead).custom_fields || p_custom_fields) <> (p_lead).custom_fields)));

ALTER FUNCTION public.lead_import_changes(p_lead public.leads, p_name text, p_phone text, p_company text, p_position text, p_status text, p_tags text[], p_custom_fields jsonb) OWNER TO mailgenius_owner;

COMMENT ON FUNCTION public.lead_import_changes(p_lead public.leads, p_name text, p_phone text, p_company text, p_position text, p_status text, p_tags text[], p_custom_fields jsonb) IS 'Whether importing these fields would change the lead.';

CREATE FUNCTION public.lead_import_fault(p_lead jsonb, p_email text) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN CASE WHEN (jsonb_typeof(p_lead) <> 'object'::text) THEN 'not an object'::text WHEN (p_email IS NULL) THEN 'email is missing'::text WHEN (jsonb_typeof((p_lead -> 'email'::text)) <> 'string'::text) THEN 'email is not text'::text WHEN (p_email = ''::text) THEN 'email is missing'::text WHEN (length(p_email) > 254) THEN 'email is longer than 254 characters'::text WHEN (p_email !~ '^[!-?A-~]+@[A-Za-z0-9.-]+[.][A-Za-z0-9-]+$'::text) THEN 'email is not an address'::text WHEN (jsonb_typeof((p_lead -> 'name'::text)) <> ALL (ARRAY['string'::text, 'null'::text])) THEN 'name is not text'::text WHEN (length((p_lead ->> 'name'::text)) > 200) THEN 'name is longer than 200 characters'::text WHEN (jsonb_typeof((p_lead -> 'phone'::text)) <> ALL (ARRAY['string'::text, 'null'::text])) THEN 'phone is not text'::text WHEN (length((p_lead ->> 'phone'::text)) > 50) THEN 'phone is longer than 50 characters'::text WHEN (jsonb_typeof((p_lead -> 'company'::text)) <> ALL (ARRAY['string'::text, 'null'::text])) THEN 'company is not text'::text WHEN (length((p_lead ->> 'company'::text)) > 200) THEN 'company is longer than 200 characters'::text WHEN (jsonb_typeof((p_lead -> 'position'::text)) <> ALL (ARRAY['string'::text, 'null'::text])) THEN 'position is not text'::text WHEN (length((p_lead ->> 'position'::text)) > 200) THEN 'position is longer than 200 characters'::text WHEN ((p_lead ->> 'source'::text) <> ALL (ARRAY['form'::text, 'import'::text, 'api'::text, 'webhook'::text, 'manual'::text])) THEN 'source is not one of form, import, api, webhook, manual'::text WHEN ((p_lead ->> 'status'::text) <> ALL (ARRAY['active'::text, 'unsubscribed'::text, 'bounced'::text, 'complained'::text])) THEN 'status is not one of active, unsubscribed, bounced, complained'::text WHEN ((jsonb_typeof((p_lead -> 'tags'::text)) <> ALL (ARRAY['array'::text, 'null'::text])) OR ((p_lead -> 'tags'::text) @? 'strict $[*]?(@.type() != "string")'::jsonpath)) THEN 'tags is not a list of texts'::text WHEN (((p_lead -> 'tags'::text) -> 1000) IS NOT NULL) THEN 'tags has more than 1,000'::text WHEN ((pg_column_size((p_lead -> 'tags'::text)) > 100) AND ((p_lead -> 'tags'::text) @? 'strict $[*]?(@ like_regex "^.{101}" flag "s")'::jsonpath)) THEN 'tags has one longer than 100 characters'::text WHEN (jsonb_typeof((p_lead -> 'custom_fields'::text)) <> ALL (ARRAY['object'::text, 'null'::text])) THEN 'custom_fields is not an object'::text ELSE NULL::text END;

ALTER FUNCTION public.lead_import_fault(p_lead jsonb, p_email text) OWNER TO mailgenius_owner;

COMMENT ON FUNCTION public.lead_import_fault(p_lead jsonb, p_email text) IS 'Why an element of an import cannot go in; NULL when it can.';

CREATE FUNCTION public.like_literal(p_text text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN replace(replace(replace(p_text, '\'::text, '\\'::text), '%'::text, '\%'::text), '_'::text, '\_'::text);

ALTER FUNCTION public.like_literal(p_text text) OWNER TO mailgenius_owner;

COMMENT ON FUNCTION public.like_literal(p_text text) IS 'The text as a LIKE pattern that matches it alone.';

CREATE FUNCTION public.lock_for_partitions(p_table text) RETURNS boolean
    LANGUAGE sql
    SET search_path TO 'public', 'pg_temp'
    AS $$
  SELECT try_lock_tables(5, VARIADIC
    -- ATTACH gives the partition the foreign keys of its parent. First, as who changes a lead goes on to its sends from
    -- there: it would wait for them with the lead in hand.
    ARRAY(SELECT DISTINCT confrelid::regclass || ' IN SHARE ROW EXCLUSIVE MODE'
          FROM pg_constraint WHERE conrelid = p_table::regclass AND contype = 'f' ORDER BY 1 DESC)
    -- A writer that has chosen the default partition and waits for it would find that its row does not belong there any
    -- more, and fail: it has to wait here.
    || ARRAY[format('ONLY %I IN SHARE ROW EXCLUSIVE MODE', p_table)]
    -- And changes what the default partition may hold, which no reader may see half done.
    || ARRAY[format('%I IN ACCESS EXCLUSIVE MODE', replace(p_table, '_partitioned', '_default'))])
$$;

ALTER FUNCTION public.lock_for_partitions(p_table text) OWNER TO mailgenius_owner;

COMMENT ON FUNCTION public.lock_for_partitions(p_table text) IS 'Locks what a new partition of a table needs; whether it got the locks.';

CREATE FUNCTION public.lock_in_order(p_tables regclass[], p_mode text, p_patience interval DEFAULT '00:10:00'::interval) RETURNS integer
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    SET lock_timeout TO '0'
    AS $$
DECLARE
  locked           regclass;
  -- An attempt is over before this. So it has let go before anybody who waits for one of these tables, and holds
  -- another, looks for a deadlock: nobody finds one.
  deadlock_timeout constant interval :=
    (SELECT make_interval(secs => setting::integer / 1000.0) FROM pg_settings WHERE name = 'deadlock_timeout');
  give_up          constant timestamptz := clock_timestamp() + p_patience;
  attempt          integer := 0;
  until            timestamptz;
BEGIN
  LOOP
    attempt := attempt + 1;
    until := clock_timestamp() + deadlock_timeout * least(0.1 * attempt, 0.8);
    BEGIN
      FOREACH locked IN ARRAY p_tables LOOP
        PERFORM set_config('lock_timeout', greatest(
          ceil(1000 * extract(epoch FROM until - clock_timestamp())), 1)::text, true);
        EXECUTE format('LOCK TABLE %s IN %s MODE', locked, p_mode);
      END LOOP;
      RETURN attempt;
    EXCEPTION
      WHEN lock_not_available THEN
        IF clock_timestamp() > give_up THEN
          RAISE EXCEPTION '% could not be locked within %', locked, p_patience
            USING ERRCODE = '55P03', HINT = 'Somebody holds it for long. Nothing is lost: run the file again.';
        END IF;
    END;
    -- Without any lock, so that those who waited get on.
    PERFORM pg_sleep(least(0.1 * attempt, 1));
  END LOOP;
END
$$;

ALTER FUNCTION public.lock_in_order(p_tables regclass[], p_mode text, p_patience interval) OWNER TO bench;

CREATE FUNCTION public.lock_wait() RETURNS text
    LANGUAGE sql
    SET search_path TO 'public', 'pg_temp'
    AS $$
  SELECT CASE WHEN is_waited_for() THEN 1 ELSE least(200, greatest(setting::integer / 5, 1)) END || 'ms'
  FROM pg_settings WHERE name = 'deadlock_timeout'
$$;

ALTER FUNCTION public.lock_wait() OWNER TO mailgenius_owner;

COMMENT ON FUNCTION public.lock_wait() IS 'How long maintenance may wait for a lock now.';

CREATE FUNCTION public.log_migration_change() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
BEGIN
  IF TG_OP = 'TRUNCATE' THEN
    RAISE EXCEPTION '% is being migrated and cannot be truncated', TG_TABLE_NAME
      USING ERRCODE = 'object_in_use', HINT = 'DELETE its rows, or wait until db/phases/02-partitioning/up.sql has ended.';
  END IF;
  IF TG_OP <> 'INSERT' THEN
    INSERT INTO migration_changes (source_table, row_id) VALUES (TG_TABLE_NAME, OLD.id);
  END IF;
  IF TG_OP = 'INSERT' OR TG_OP = 'UPDATE' AND NEW.id <> OLD.id THEN
    INSERT INTO migration_changes (source_table, row_id) VALUES (TG_TABLE_NAME, NEW.id);
  END IF;
  RETURN NULL;
END
$$;

ALTER FUNCTION public.log_migration_change() OWNER TO mailgenius_owner;

CREATE FUNCTION public.long_text_fault(VARIADIC p_texts text[]) RETURNS text
    LANGUAGE sql IMMUTABLE
    SET search_path TO 'public', 'pg_temp'
    AS $$
  SELECT CASE
    WHEN cardinality(p_texts) > 1000 THEN 'more than 1,000 texts'
    WHEN EXISTS (SELECT FROM unnest(p_texts) AS text WHERE length(text) > 1000) THEN 'longer than 1,000 characters'
  END
$$;

ALTER FUNCTION public.long_text_fault(VARIADIC p_texts text[]) OWNER TO mailgenius_owner;

COMMENT ON FUNCTION public.long_text_fault(VARIADIC p_texts text[]) IS 'Why texts of a search or a segment are too long; NULL when they are not.';

CREATE FUNCTION public.make_partition(p_table text, p_partition text, p_month timestamp with time zone) RETURNS text
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    SET "TimeZone" TO 'UTC'
    SET lock_timeout TO '0'
    AS $_$
DECLARE
  next_month   constant timestamptz := p_month + interval '1 month';
  default_part constant text := replace(p_table, '_partitioned', '_default');
  has_rows     boolean;
BEGIN
  -- The partition gets the foreign keys to its parent, for which it needs the tables that have them.
  PERFORM set_config('lock_timeout', lock_wait(), true);
  EXECUTE format('SELECT EXISTS (SELECT FROM %I WHERE created_at >= $1 AND created_at < $2)', default_part)
  INTO has_rows USING p_month, next_month;
  IF has_rows AND (is_referred_to(p_table) OR is_referred_to(default_part)) THEN
    RETURN format('its rows wait in %s, and a foreign key that refers to %s would take them for deleted', default_part, p_table);
  END IF;

  -- Made apart and attached: that leaves room to fetch the month's rows out of the default partition.
  EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING ALL)', p_partition, p_table);
  IF has_rows THEN
    EXECUTE format('WITH moved AS (DELETE FROM %I WHERE created_at >= $1 AND created_at < $2 RETURNING *)
                    INSERT INTO %I SELECT * FROM moved', default_part, p_partition)
      USING p_month, next_month;
  END IF;
  EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', p_table, p_partition, p_month, next_month);
  RETURN NULL;
EXCEPTION
  WHEN lock_not_available THEN
    RETURN format('a table with a foreign key that refers to %s is in use', p_table);
  WHEN duplicate_object THEN
    RETURN SQLERRM;
END
$_$;

ALTER FUNCTION public.make_partition(p_table text, p_partition text, p_month timestamp with time zone) OWNER TO mailgenius_owner;

COMMENT ON FUNCTION public.make_partition(p_table text, p_partition text, p_month timestamp with time zone) IS 'Makes the partition of a month; returns why not, or NULL.';

CREATE FUNCTION public.migration_step(p_source regclass) RETURNS boolean
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    AS $$
BEGIN
  IF current_setting('transaction_isolation') <> 'read committed' THEN
    RAISE EXCEPTION 'the migration needs READ COMMITTED'
      USING ERRCODE = '25001', HINT = 'SET default_transaction_isolation = ''read committed''';
  END IF;
  PERFORM pg_advisory_xact_lock(hashtext('partitioning'));
  -- Renamed: a session that waited still has the table itself in hand.
  RETURN EXISTS (SELECT FROM pg_class WHERE oid = p_source AND relkind = 'r' AND right(relname, 4) <> '_old');
END
$$;

ALTER FUNCTION public.migration_step(p_source regclass) OWNER TO bench;

CREATE FUNCTION public.own_partman_row(p_table text) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    AS $_$
BEGIN
  IF EXISTS (SELECT FROM pg_attribute WHERE attrelid = (partman_schema() || '.part_config')::regclass AND attname = 'maintenance_role') THEN
    EXECUTE format('UPDATE %s.part_config SET maintenance_role = ''mailgenius_owner''
                    WHERE parent_table = $1 AND maintenance_role IS DISTINCT FROM ''mailgenius_owner''', partman_schema())
    USING 'public.' || p_table;
  END IF;
END
$_$;

ALTER FUNCTION public.own_partman_row(p_table text) OWNER TO mailgenius_owner;

COMMENT ON FUNCTION public.own_partman_row(p_table text) IS 'Makes the owner of our tables the one whose table this is to pg_partman.';

CREATE FUNCTION public.partition_range(p_partition oid) RETURNS tstzrange
    LANGUAGE sql STABLE
    SET search_path TO 'public', 'pg_temp'
    SET "DateStyle" TO 'ISO'
    SET "TimeZone" TO 'UTC'
    AS $$
  -- No backslash: the session's standard_conforming_strings has no say.
  SELECT tstzrange(substring(bounds FROM 'FROM [(]''([^'']+)')::timestamptz, substring(bounds FROM 'TO [(]''([^'']+)')::timestamptz)
  FROM (SELECT pg_get_expr(relpartbound, oid) AS bounds FROM pg_class WHERE oid = p_partition) AS partition
$$;

ALTER FUNCTION public.partition_range(p_partition oid) OWNER TO mailgenius_owner;

COMMENT ON FUNCTION public.partition_range(p_partition oid) IS 'The moments that a partition is for.';

CREATE FUNCTION public.partition_references() RETURNS TABLE(partitioned regclass, partition regclass, constraint_name name, column_name name, parent regclass, valid boolean)
    LANGUAGE sql STABLE
    SET search_path TO 'public', 'pg_temp'
    AS $$
  SELECT wanted.partitioned::regclass, part.relid, wanted.constraint_name, wanted.column_name, wanted.parent, existing.convalidated
  -- No reference to workspaces: campaign and lead imply it, and each reference is a query per inserted row.
  FROM (VALUES
    ('email_sends_partitioned', 'email_sends_partitioned_campaign_id_fkey', 'campaign_id', 'campaigns'),
    ('email_sends_partitioned', 'email_sends_partitioned_lead_id_fkey', 'lead_id', 'leads'),
    ('lead_activities_partitioned', 'lead_activities_partitioned_lead_id_fkey', 'lead_id', 'leads')
  ) AS wanted (partitioned, constraint_name, column_name, parent)
  CROSS JOIN pg_partition_tree(wanted.partitioned::regclass) AS part
  LEFT JOIN pg_constraint AS existing
    ON existing.conrelid = part.relid AND existing.conname = wanted.constraint_name
  WHERE part.isleaf
$$;

ALTER FUNCTION public.partition_references() OWNER TO bench;

CREATE FUNCTION public.partman_obstacle(p_table text) RETURNS text
    LANGUAGE plpgsql STABLE
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE
  default_part constant text := replace(p_table, '_partitioned', '_default');
  has_rows     boolean;
BEGIN
  -- It makes a table there for each that it gets.
  IF NOT (SELECT has_schema_privilege(extnamespace, 'CREATE') FROM pg_extension WHERE extname = 'pg_partman') THEN
    RETURN format('permission denied: GRANT CREATE ON SCHEMA %s TO %I', partman_schema(), current_user);
  END IF;
  IF EXISTS (SELECT FROM monthly_partitions WHERE table_name = p_table AND month IS NULL) THEN
    RETURN format('%s has a partition from MINVALUE on, which pg_partman 5 cannot read', p_table);
  END IF;
  EXECUTE format('SELECT EXISTS (SELECT FROM %I)', default_part) INTO has_rows;
  IF has_rows AND (is_referred_to(p_table) OR is_referred_to(default_part)) THEN
    RETURN format('rows wait in %s, and a foreign key that refers to %s would take them for deleted', default_part, p_table);
  END IF;
  RETURN NULL;
END
$$;

ALTER FUNCTION public.partman_obstacle(p_table text) OWNER TO mailgenius_owner;

COMMENT ON FUNCTION public.partman_obstacle(p_table text) IS 'Why pg_partman cannot be given a table of ours, or NULL.';

CREATE FUNCTION public.partman_partition_name(p_table text, p_month timestamp without time zone) RETURNS text
    LANGUAGE plpgsql STABLE
    SET search_path TO 'public', 'pg_temp'
    AS $_$
DECLARE
  suffix text;
BEGIN
  IF is_partman_managed(p_table) THEN
    EXECUTE format('SELECT to_char($2, datetime_string) FROM %s.part_config WHERE parent_table = $1', partman_schema())
    INTO suffix USING 'public.' || p_table, p_month;
  END IF;
  RETURN p_table || '_p' || suffix;
END
$_$;

ALTER FUNCTION public.partman_partition_name(p_table text, p_month timestamp without time zone) OWNER TO mailgenius_owner;

COMMENT ON FUNCTION public.partman_partition_name(p_table text, p_month timestamp without time zone) IS 'The name that pg_partman gives the partition of a month.';

CREATE FUNCTION public.partman_schema() RETURNS text
    LANGUAGE sql STABLE
    SET search_path TO 'public', 'pg_temp'
    AS $$
  SELECT quote_ident(nspname)
  FROM pg_extension
  JOIN pg_namespace ON pg_namespace.oid = extnamespace
  JOIN pg_class AS config ON relnamespace = pg_namespace.oid AND relname = 'part_config'
  WHERE extname = 'pg_partman'
    AND has_schema_privilege('mailgenius_owner', pg_namespace.oid, 'USAGE')
    AND has_table_privilege('mailgenius_owner', config.oid, 'SELECT, UPDATE')
$$;

ALTER FUNCTION public.partman_schema() OWNER TO mailgenius_owner;

COMMENT ON FUNCTION public.partman_schema() IS 'The schema of pg_partman, where our owner may use it.';

CREATE FUNCTION public.perform_maintenance_tasks() RETURNS TABLE(task text, result text, failed boolean, took interval)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    SET lock_timeout TO '0'
    AS $_$
#variable_conflict use_column
DECLARE
  started    timestamptz;
  command    text;
  keep_sends constant integer := (SELECT keep_days FROM retention_policies WHERE table_name = 'email_sends');
  keep_runs  constant integer := (SELECT keep_days FROM retention_policies WHERE table_name = 'cron.job_run_details');
BEGIN
  -- First: partitions are made and removed under it, and ANALYZE holds locks that they need.
  PERFORM pg_advisory_xact_lock(hashtext('maintenance'));
  -- Locks end with the transaction: what keeps others from writing comes last.
  FOR task, command IN VALUES
    ('refresh statistics', $sql$SELECT format('%s tables', analyze_tables())$sql$),
    ('empty pending lists', $sql$SELECT format('%s pages', clean_pending_lists('leads'))$sql$),
    ('note table sizes', $sql$SELECT format('%s tables', sample_table_sizes())$sql$),
    ('note index reads', $sql$SELECT format('%s indexes', sample_index_reads())$sql$),
    ('remove old job runs', CASE WHEN keep_runs IS NULL THEN $sql$SELECT 'kept for ever'$sql$
      ELSE format($sql$SELECT coalesce(cleanup_job_runs(%1$s) || ' runs older than %1$s days', 'pg_cron is not here, or not ours')$sql$,
                  keep_runs) END),
    ('remove old sends', CASE WHEN keep_sends IS NULL THEN $sql$SELECT 'kept for ever'$sql$
      ELSE format($sql$SELECT format('%%s sends older than %1$s days', cleanup_old_email_sends(%1$s))$sql$, keep_sends) END),
    ('create partitions', $sql$SELECT format('%s partitions made', count(*)) FROM create_monthly_partitions()$sql$)
  LOOP
    started := clock_timestamp();
    failed := false;
    -- A task that has no better answer fails where it would wait for longer.
    PERFORM set_config('lock_timeout', lock_wait(), true);
    BEGIN
      EXECUTE command INTO result;
    EXCEPTION
      WHEN OTHERS THEN
        failed := true;
        result := format('%s (SQLSTATE %s)', SQLERRM, SQLSTATE);
    END;
    took := clock_timestamp() - started;
    INSERT INTO maintenance_runs (task, started_at, took, failed, result) VALUES (task, started, took, failed, result);
    RETURN NEXT;
  END LOOP;
END
$_$;

ALTER FUNCTION public.perform_maintenance_tasks() OWNER TO mailgenius_owner;

COMMENT ON FUNCTION public.perform_maintenance_tasks() IS 'The daily work that a function can do; returns what was done.';

CREATE FUNCTION public.prove_equal(p_source regclass, p_target regclass, p_ids uuid[] DEFAULT NULL::uuid[]) RETURNS text
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    AS $_$
DECLARE
  digest   record;
  rows_sql constant text :=
    'SELECT count(*) AS rows, sum(hash_record_extended(t, 0)) AS digest FROM %s AS t
     WHERE NOT EXISTS (SELECT FROM migration_changes WHERE source_table = $1 AND row_id = t.id)'
    || CASE WHEN p_ids IS NULL THEN '' ELSE ' AND t.id IN (SELECT unnest($2))' END;
BEGIN
  EXECUTE format('SELECT source.rows AS source_rows, source.digest AS source_digest,
                         target.rows AS target_rows, target.digest AS target_digest
                  FROM (' || rows_sql || ') AS source, (' || rows_sql || ') AS target', p_source, p_target)
  INTO digest USING p_source::text, p_ids;
  IF (digest.source_rows, digest.source_digest) IS DISTINCT FROM (digest.target_rows, digest.target_digest) THEN
    RAISE EXCEPTION '% has % rows (digest %), % has % rows (digest %)',
      p_source, digest.source_rows, digest.source_digest, p_target, digest.target_rows, digest.target_digest
      USING ERRCODE = 'data_exception', HINT = 'Nothing was switched: the old table is still in use.';
  END IF;

  IF p_ids IS NULL THEN
    UPDATE migration_progress
    SET source_rows = digest.source_rows, source_digest = digest.source_digest,
        target_rows = digest.target_rows, target_digest = digest.target_digest, proven_at = now()
    WHERE source_table = p_source::text;
  END IF;
  RETURN format('%s rows, digest %s', digest.source_rows, digest.source_digest);
END
$_$;

ALTER FUNCTION public.prove_equal(p_source regclass, p_target regclass, p_ids uuid[]) OWNER TO bench;

CREATE FUNCTION public.prove_tables() RETURNS TABLE(table_name text, proof text)
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    AS $$
BEGIN
  FOREACH table_name IN ARRAY ARRAY['email_sends', 'lead_activities'] LOOP
    IF migration_step(table_name::regclass) THEN
      proof := prove_equal(table_name::regclass, (table_name || '_partitioned')::regclass);
      RETURN NEXT;
    END IF;
  END LOOP;
END
$$;

ALTER FUNCTION public.prove_tables() OWNER TO bench;

CREATE FUNCTION public.refresh_analytics_views() RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE
  view_names constant text[] := ARRAY['lead_analytics', 'campaign_performance'];
  view_name  text;
  -- A transaction that reads as of its beginning does so here too.
  reads_as_of_begin constant boolean := current_setting('transaction_isolation') IN ('repeatable read', 'serializable');
  started    timestamptz;
BEGIN
  FOREACH view_name IN ARRAY view_names LOOP
    started := clock_timestamp();
    -- A view that was never filled cannot be refreshed concurrently; nobody can be reading it either.
    EXECUTE format('REFRESH MATERIALIZED VIEW %s %I',
                   CASE WHEN (SELECT relispopulated FROM pg_class WHERE oid = view_name::regclass)
                     THEN 'CONCURRENTLY' ELSE '' END, view_name);
    INSERT INTO analytics_refreshes AS last
    VALUES (view_name, CASE WHEN reads_as_of_begin THEN now() ELSE started END, clock_timestamp() - started)
    ON CONFLICT ON CONSTRAINT analytics_refreshes_pkey
    DO UPDATE SET refreshed_at = excluded.refreshed_at, took = excluded.took;
  END LOOP;
  RETURN cardinality(view_names);
END
$$;

ALTER FUNCTION public.refresh_analytics_views() OWNER TO mailgenius_owner;

COMMENT ON FUNCTION public.refresh_analytics_views() IS 'Refreshes the materialized views while they are read.';

CREATE FUNCTION public.refuse_dependents(p_source regclass) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    SET quote_all_identifiers TO 'off'
    AS $_$
DECLARE
  twin       constant text := p_source::text || '_partitioned';
  -- What the twin has of its own, or does without. Names without that of the table.
  ours       constant text[] := ARRAY[
    'workspace', 'parents', 'log_migration_change', 'refuse_truncate',
    'pkey', 'campaign_id_fkey', 'lead_id_fkey', 'workspace_id_fkey',
    'campaign_idx', 'lead_idx', 'status_idx', 'type_idx', 'workspace_idx'];
  dependents constant text := (
    SELECT string_agg(pg_describe_object(classid, objid, 0), ', ')
    FROM (
      SELECT classid, objid, bool_or(deptype = 'a') AS is_part
      FROM pg_depend
      JOIN pg_type AS row_type ON typrelid = p_source
      WHERE deptype IN ('n', 'a')
        AND (refclassid = 'pg_class'::regclass AND refobjid = p_source
          OR refclassid = 'pg_type'::regclass AND refobjid IN (row_type.oid, typarray))
      GROUP BY classid, objid
    ) AS found
    CROSS JOIN LATERAL (
      SELECT object_names[cardinality(object_names)] FROM pg_identify_object_as_address(classid, objid, 0)
    ) AS object (name)
    WHERE NOT is_part
       OR classid <> 'pg_attrdef'::regclass
      AND replace(name, p_source || '_', '') <> ALL (ours)
      -- LIKE has taken checks along, by their names.
      AND NOT EXISTS (SELECT FROM pg_constraint AS own
                      JOIN pg_constraint AS copy ON copy.conrelid = twin::regclass AND copy.conname = own.conname
                      WHERE classid = 'pg_constraint'::regclass AND own.oid = objid));
  altered    constant text := (
    SELECT string_agg(what, ', ')
    FROM (
      SELECT 'FORCE ROW LEVEL SECURITY' FROM pg_class WHERE oid = p_source AND relforcerowsecurity
      UNION ALL
      SELECT format('generated column %I', attname)
      FROM pg_attribute
      WHERE attrelid = p_source AND NOT attisdropped AND (attgenerated <> '' OR attidentity <> '')
      UNION ALL
      -- LIKE has taken along those that were there when the twin was made.
      SELECT format('column %s %s in place %s of %s only', attname, format_type(atttypid, atttypmod), place, min(attrelid)::regclass)
      FROM (SELECT *, row_number() OVER (PARTITION BY attrelid ORDER BY attnum) AS place
            FROM pg_attribute
            WHERE attrelid IN (p_source, twin::regclass) AND attnum > 0 AND NOT attisdropped) AS attribute
      GROUP BY attname, atttypid, atttypmod, place
      HAVING count(*) = 1
      UNION ALL
      SELECT 'changed ' || pg_describe_object('pg_policy'::regclass, own.oid, 0)
      FROM pg_policy AS own
      JOIN (VALUES
        ('email_sends', 'workspace', '(workspace_id = ( SELECT current_workspace_id() AS current_workspace_id))', NULL),
        ('email_sends', 'parents', NULL, '((EXISTS ( SELECT FROM campaigns parent WHERE (parent.id = email_sends.campaign_id))) '
          'AND (EXISTS ( SELECT FROM leads parent WHERE (parent.id = email_sends.lead_id))))'),
        ('lead_activities', 'workspace', '(workspace_id = ( SELECT current_workspace_id() AS current_workspace_id))', NULL),
        ('lead_activities', 'parents', NULL, '(EXISTS ( SELECT FROM leads parent WHERE (parent.id = lead_activities.lead_id)))')
      ) AS ours (table_name, name, qual, with_check) ON table_name::regclass = own.polrelid AND ours.name = polname
      WHERE polrelid = p_source
        AND (polroles, polpermissive, regexp_replace(pg_get_expr(polqual, polrelid), '[[:space:]]+', ' ', 'g'),
             regexp_replace(pg_get_expr(polwithcheck, polrelid), '[[:space:]]+', ' ', 'g'))
            IS DISTINCT FROM (ARRAY[0::oid], qual IS NOT NULL, qual, with_check)
      UNION ALL
      SELECT format('publication %I of all tables', pubname)
      FROM pg_publication AS publication
      WHERE (pubupdate OR pubdelete)
        AND (puballtables OR EXISTS (SELECT FROM pg_publication_namespace
                                     WHERE pnpubid = publication.oid AND pnnspid = 'public'::regnamespace))
    ) AS found (what));
BEGIN
  IF dependents IS NOT NULL OR altered IS NOT NULL THEN
    RAISE EXCEPTION '% depends on % and would stay with the old table', concat_ws(', ', dependents, altered), p_source
      USING ERRCODE = 'dependent_objects_still_exist',
            HINT = format('Drop it, run db/phases/02-partitioning/up.sql to its end and make it again: a view or a function '
                          'as it was, what is on the table on %1$s, a unique key or index with created_at, and a foreign '
                          'key to %1$s (id, created_at) only; then retention cannot drop the months it refers to. A column of one '
                          'table only is to be on both, in the same place, or on none.', twin);
  END IF;
END
$_$;

ALTER FUNCTION public.refuse_dependents(p_source regclass) OWNER TO bench;

CREATE FUNCTION public.sample_index_reads() RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
BEGIN
  DELETE FROM index_reads WHERE index_name NOT IN (SELECT index_name FROM current_index_reads);
  INSERT INTO index_reads AS noted (index_name, definition, statistics, scans)
  SELECT index_name, definition, statistics, scans FROM current_index_reads
  ON CONFLICT (index_name) DO UPDATE
  SET definition = excluded.definition, statistics = excluded.statistics, scans = excluded.scans, since = excluded.since
  WHERE (noted.definition, noted.statistics, noted.scans) <> (excluded.definition, excluded.statistics, excluded.scans);
  RETURN (SELECT count(*) FROM index_reads);
END
$$;

ALTER FUNCTION public.sample_index_reads() OWNER TO mailgenius_owner;

COMMENT ON FUNCTION public.sample_index_reads() IS 'Notes how often every index was read, and since when that is so.';

CREATE FUNCTION public.sample_table_sizes() RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE
  sampled integer;
BEGIN
  DELETE FROM table_sizes WHERE sampled_at < now() - interval '90 days';
  INSERT INTO table_sizes (table_name, bytes) SELECT table_name, bytes FROM current_table_sizes
  ON CONFLICT (table_name, sampled_at) DO NOTHING;
  GET DIAGNOSTICS sampled = ROW_COUNT;
  RETURN sampled;
END
$$;

ALTER FUNCTION public.sample_table_sizes() OWNER TO mailgenius_owner;

COMMENT ON FUNCTION public.sample_table_sizes() IS 'Notes the size of every table.';

CREATE FUNCTION public.schedule_jobs() RETURNS TABLE(job_name text, job_id bigint, problem text)
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    AS $_$
#variable_conflict use_column
DECLARE
  command text;
  schedule text;
  is_cron_here constant boolean := EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_cron');
BEGIN
  FOR job_name, schedule, command IN SELECT job_name, schedule, command FROM maintenance_jobs ORDER BY job_name LOOP
    IF is_cron_here THEN
      EXECUTE 'SELECT format(''%s has a job of this name'', max(username))
               FROM cron.job WHERE jobname = $1 AND username <> current_user AND database = current_database()
               HAVING count(*) > 0'
      INTO problem USING job_name;
      job_id := NULL;
      IF problem IS NULL THEN
        EXECUTE 'SELECT cron.schedule($1, $2, $3)' INTO job_id USING job_name, schedule, command;
      END IF;
    ELSE
      problem := 'pg_cron is not in this database';
    END IF;
    RETURN NEXT;
  END LOOP;
END
$_$;

ALTER FUNCTION public.schedule_jobs() OWNER TO mailgenius_owner;

COMMENT ON FUNCTION public.schedule_jobs() IS 'Hands the maintenance jobs to pg_cron, where it is in this database.';

CREATE FUNCTION public.search_leads_optimized(p_workspace_id uuid, p_term text DEFAULT NULL::text, p_status text DEFAULT NULL::text, p_source text DEFAULT NULL::text, p_tags text[] DEFAULT NULL::text[], p_after_created_at timestamp with time zone DEFAULT NULL::timestamp with time zone, p_after_id uuid DEFAULT NULL::uuid, p_limit integer DEFAULT 50) RETURNS TABLE(id uuid, email public.citext, name text, company text, status text, source text, tags text[], created_at timestamp with time zone)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $_$
DECLARE
  filter text := lead_filter(p_workspace_id, p_term, p_status, p_source, p_tags);
BEGIN
  PERFORM assert_workspace_access(p_workspace_id);
  IF p_limit IS NULL OR p_limit NOT BETWEEN 1 AND 10000 THEN
    RAISE EXCEPTION 'p_limit must be within 1 and 10000' USING ERRCODE = '22023';
  ELSIF (p_after_created_at IS NULL) <> (p_after_id IS NULL) THEN
    RAISE EXCEPTION 'a cursor is p_after_created_at and p_after_id' USING ERRCODE = '22023';
  ELSIF p_after_id IS NOT NULL THEN
    -- As parameters, not as text: a time printed and read again may be another one (DateStyle, time zone).
    filter := filter || ' AND (created_at, id) < ($1, $2)';
  END IF;

  -- Qualified: a bare created_at in ORDER BY would be the cast column of the result, which no index has.
  RETURN QUERY EXECUTE format(
    'SELECT id, email, name, company, status, source, tags, created_at::timestamptz
     FROM leads WHERE %s ORDER BY leads.created_at DESC, leads.id DESC LIMIT %s', filter, p_limit)
  USING p_after_created_at, p_after_id;
END
$_$;

ALTER FUNCTION public.search_leads_optimized(p_workspace_id uuid, p_term text, p_status text, p_source text, p_tags text[], p_after_created_at timestamp with time zone, p_after_id uuid, p_limit integer) OWNER TO mailgenius_owner;

COMMENT ON FUNCTION public.search_leads_optimized(p_workspace_id uuid, p_term text, p_status text, p_source text, p_tags text[], p_after_created_at timestamp with time zone, p_after_id uuid, p_limit integer) IS 'A page of a workspace''s leads by filters, newest first, after a cursor.';

CREATE FUNCTION public.segment_accepts(p_value jsonb, p_expected text) RETURNS boolean
    LANGUAGE sql IMMUTABLE
    SET search_path TO 'public', 'pg_temp'
    AS $_$
  SELECT coalesce(CASE p_expected
    WHEN 'a text' THEN type = 'string'
    WHEN 'a list of texts' THEN is_texts
    WHEN 'a text or a list of texts' THEN type = 'string' OR is_texts
    WHEN 'an ISO date' THEN type = 'string' AND segment_is_date(p_value #>> '{}')
    WHEN 'a list of two ISO dates' THEN
      is_texts AND jsonb_array_length(p_value) = 2
      AND segment_is_date(p_value ->> 0) AND segment_is_date(p_value ->> 1)
    WHEN 'a text, a number or a boolean' THEN type IN ('string', 'number', 'boolean')
    WHEN 'a number' THEN type = 'number'
    WHEN 'true or false, or no value' THEN p_value IS NULL OR type = 'boolean'
  END, false)
  FROM (SELECT jsonb_typeof(p_value) AS type,
               jsonb_typeof(p_value) = 'array'
                 AND NOT p_value @? 'strict $[*] ? (@.type() != "string")' AS is_texts) AS kind
$_$;

ALTER FUNCTION public.segment_accepts(p_value jsonb, p_expected text) OWNER TO mailgenius_owner;

COMMENT ON FUNCTION public.segment_accepts(p_value jsonb, p_expected text) IS 'Whether a value is what an operator of a segment expects.';

CREATE FUNCTION public.segment_condition(p_condition jsonb, p_path text, p_words text) RETURNS text
    LANGUAGE plpgsql STABLE
    SET search_path TO 'public', 'pg_temp'
    AS $_$
DECLARE
  field    constant text := p_condition ->> 'field';
  operator constant text := p_condition ->> 'operator';
  value    constant jsonb := p_condition -> 'value';
  given    constant text := p_condition ->> 'value';
  kind     text;
  key      text;
  expected text;
  fault    text;
BEGIN
  IF jsonb_typeof(p_condition -> 'field') <> 'string' THEN
    PERFORM segment_refuse(p_path || '.field', 'expected a text');
  END IF;
  fault := long_text_fault(field);
  IF fault IS NOT NULL THEN
    PERFORM segment_refuse(p_path || '.field', fault);
  END IF;
  key := substring(field FROM '^custom_fields[.](.+)$');
  kind := CASE
    WHEN key IS NOT NULL THEN 'custom'
    WHEN field IN ('email', 'tags') THEN field
    WHEN field IN ('name', 'company', 'position') THEN 'text'
    WHEN field IN ('source', 'status') THEN 'choice'
    WHEN field IN ('created_at', 'updated_at') THEN 'time'
  END;
  IF kind IS NULL THEN
    PERFORM segment_refuse(p_path || '.field', format('unknown field %s', to_json(field)));
  ELSIF jsonb_typeof(p_condition -> 'operator') <> 'string' THEN
    PERFORM segment_refuse(p_path || '.operator', 'expected a text');
  END IF;

  expected := CASE
    WHEN (kind, operator) IN (('email', 'contains'), ('email', 'equals'), ('email', 'starts_with'),
                              ('email', 'ends_with'), ('text', 'contains'), ('text', 'equals'),
                              ('choice', 'equals'), ('choice', 'not_equals'), ('custom', 'contains')) THEN 'a text'
    WHEN (kind, operator) IN (('choice', 'in')) THEN 'a list of texts'
    WHEN (kind, operator) IN (('tags', 'contains'), ('tags', 'not_contains')) THEN 'a text or a list of texts'
    WHEN (kind, operator) IN (('time', 'after'), ('time', 'before')) THEN 'an ISO date'
    WHEN (kind, operator) IN (('time', 'between')) THEN 'a list of two ISO dates'
    WHEN (kind, operator) IN (('custom', 'equals')) THEN 'a text, a number or a boolean'
    WHEN (kind, operator) IN (('custom', 'gt'), ('custom', 'lt')) THEN 'a number'
    WHEN (kind, operator) IN (('custom', 'exists')) THEN 'true or false, or no value'
  END;
  IF expected IS NULL THEN
    PERFORM segment_refuse(p_path || '.operator', format('%s has no operator %s', to_json(field), to_json(operator)));
  ELSIF NOT segment_accepts(value, expected) THEN
    PERFORM segment_refuse(p_path || '.value', 'expected ' || expected);
  END IF;
  fault := long_text_fault(VARIADIC segment_texts(value));
  IF fault IS NOT NULL THEN
    PERFORM segment_refuse(p_path || '.value', fault);
  END IF;

  RETURN CASE kind || ' ' || operator
    WHEN 'email contains'    THEN format('email::text ILIKE %L', '%' || like_literal(given) || '%')
    WHEN 'email equals'      THEN format('email = %L::citext', given)
    WHEN 'email starts_with' THEN format('email::text ILIKE %L', like_literal(given) || '%')
    WHEN 'email ends_with'   THEN
      -- Reversed here: the planner makes a range only of a pattern whose beginning it can see.
      format('reverse(lower(email::text)) LIKE %L', like_literal(reverse(lower(given))) || '%')

    WHEN 'text contains'     THEN format('%I ILIKE %L', field, '%' || like_literal(given) || '%')
    -- ILIKE without wildcards is equality that a trigram index answers.
    WHEN 'text equals'       THEN format('%I ILIKE %L', field, like_literal(given))

    -- As citext, which ignores case. It is slow: what no index finds is compared as it is before.
    WHEN 'tags contains'     THEN format('tags::citext[] @> %L::citext[]', segment_texts(value))
    WHEN 'tags not_contains' THEN format('NOT (tags @> %1$L::text[] OR tags::citext[] @> %1$L::citext[])', segment_texts(value))

    WHEN 'choice equals'     THEN format('%I = %L', field, lower(given))
    WHEN 'choice not_equals' THEN format('%I IS DISTINCT FROM %L', field, lower(given))
    WHEN 'choice in'         THEN 
      format('%I = ANY (%L::text[])', field, ARRAY(SELECT lower(text) FROM unnest(segment_texts(value)) AS text))

    WHEN 'time after'        THEN segment_not_before(field, given)
    WHEN 'time before'       THEN segment_not_after(field, given)
    WHEN 'time between'      THEN segment_not_before(field, value ->> 0) || ' AND ' || segment_not_after(field, value ->> 1)

    WHEN 'custom equals'     THEN segment_field_equals(key, value, p_words)
    WHEN 'custom contains'   THEN format('custom_fields ->> %L::text ILIKE %L', key, '%' || like_literal(given) || '%')
    WHEN 'custom exists'     THEN format('(custom_fields ? %L) = %L::boolean', key, coalesce(given, 'true'))
    -- As jsonb, not by a cast: a cast of a text fails, and PostgreSQL may cast before it looks at the type.
    WHEN 'custom gt'         THEN
      format('jsonb_typeof(custom_fields -> %1$L::text) = ''number'' AND custom_fields -> %1$L::text > %2$L::jsonb', key, value)
    WHEN 'custom lt'         THEN
      format('jsonb_typeof(custom_fields -> %1$L::text) = ''number'' AND custom_fields -> %1$L::text < %2$L::jsonb', key, value)
  END;
END
$_$;

ALTER FUNCTION public.segment_condition(p_condition jsonb, p_path text, p_words text) OWNER TO mailgenius_owner;

COMMENT ON FUNCTION public.segment_condition(p_condition jsonb, p_path text, p_words text) IS 'The SQL of one condition of a segment.';

CREATE FUNCTION public.segment_field_equals(p_key text, p_value jsonb, p_words text) RETURNS text
    LANGUAGE plpgsql STABLE
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE
  frequent constant real := 0.1;
  kind     constant text := jsonb_typeof(p_value);
  terms    constant text[] := field_terms(jsonb_build_object(p_key, p_value));
  by_term  constant text := format('field_terms(custom_fields) @> %L::text[]', terms);
  -- A CASE: the planner takes one for half of the rows. A plain = is one row in 200 to it, and two of them one in
  -- 40,000; of a frequent value it would then fetch and sort every lead for a page of the newest.
  by_field constant text := format(
    'CASE jsonb_typeof(custom_fields -> %L::text) WHEN %L THEN %s END', p_key, kind,
    CASE kind
      WHEN 'string' THEN format('lower(custom_fields ->> %L::text) = %L', p_key, lower(p_value #>> '{}'))
      ELSE format('custom_fields -> %L::text = %L::jsonb', p_key, p_value)
    END);
BEGIN
  RETURN CASE
    WHEN p_words = 'index' THEN by_term
    WHEN p_words = 'row' OR segment_term_share(terms[1]) >= frequent THEN by_field
    ELSE by_field || ' AND ' || by_term
  END;
END
$$;

ALTER FUNCTION public.segment_field_equals(p_key text, p_value jsonb, p_words text) OWNER TO mailgenius_owner;

COMMENT ON FUNCTION public.segment_field_equals(p_key text, p_value jsonb, p_words text) IS 'SQL: the custom field has the value.';

CREATE FUNCTION public.segment_first_moment(p_date text) RETURNS text
    LANGUAGE sql IMMUTABLE
    SET search_path TO 'public', 'pg_temp'
    AS $_$
  SELECT CASE
    WHEN length(p_date) = length('YYYY-MM-DD') THEN p_date || 'T00:00:00Z'
    WHEN p_date ~ '(Z|[+-][0-9]{2}:[0-9]{2})$' THEN p_date
    ELSE p_date || 'Z'
  END
$_$;

ALTER FUNCTION public.segment_first_moment(p_date text) OWNER TO mailgenius_owner;

COMMENT ON FUNCTION public.segment_first_moment(p_date text) IS 'The first moment of a date, with its time zone.';

CREATE FUNCTION public.segment_is_date(p_text text) RETURNS boolean
    LANGUAGE sql IMMUTABLE
    SET search_path TO 'public', 'pg_temp'
    AS $_$
  SELECT coalesce(CASE WHEN part[1]::integer > 0 AND part[2]::integer BETWEEN 1 AND 12
    -- Counting days on from the first of the month leaves it when there is no such day.
    THEN part[3]::integer > 0
      AND date_part('month', make_date(part[1]::integer, part[2]::integer, 1) + part[3]::integer - 1)
        = part[2]::integer
  END, false)
  FROM (SELECT regexp_match(p_text, '^([0-9]{4})-([0-9]{2})-([0-9]{2})'
    '(?:T(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:[.][0-9]{1,6})?)?(?:Z|[+-](?:0[0-9]|1[0-4]):[0-5][0-9])?)?$'
  ) AS part) AS parsed
$_$;

ALTER FUNCTION public.segment_is_date(p_text text) OWNER TO mailgenius_owner;

COMMENT ON FUNCTION public.segment_is_date(p_text text) IS 'Whether a text is an ISO date, with or without a time, that exists.';

CREATE FUNCTION public.segment_is_indexed(p_node jsonb) RETURNS boolean
    LANGUAGE sql IMMUTABLE
    SET search_path TO 'public', 'pg_temp'
    AS $_$
  SELECT NOT p_node @? '$.**{0 to 32} ? (@.type() == "object" && (exists(@.not) || exists(@.field) && !(
    @.field == "email" || @.field == "name" || @.field == "company" || @.field == "position"
    || @.field == "tags" && @.operator == "contains"
    || @.field starts with "custom_fields." && @.operator == "equals")))'
$_$;

ALTER FUNCTION public.segment_is_indexed(p_node jsonb) OWNER TO mailgenius_owner;

COMMENT ON FUNCTION public.segment_is_indexed(p_node jsonb) IS 'Whether an index may answer every condition below a node of a segment.';

CREATE FUNCTION public.segment_not_after(p_column text, p_date text) RETURNS text
    LANGUAGE sql IMMUTABLE
    SET search_path TO 'public', 'pg_temp'
    AS $$
  -- Not '1 day': that is 23 or 25 hours in a session whose zone changes its clocks on that day.
  SELECT CASE WHEN length(p_date) = length('YYYY-MM-DD')
    THEN format('%I < %L::timestamptz + interval ''24 hours''', p_column, segment_first_moment(p_date))
    ELSE format('%I <= %L::timestamptz', p_column, segment_first_moment(p_date))
  END
$$;

ALTER FUNCTION public.segment_not_after(p_column text, p_date text) OWNER TO mailgenius_owner;

COMMENT ON FUNCTION public.segment_not_after(p_column text, p_date text) IS 'SQL: the column is at or before the date.';

CREATE FUNCTION public.segment_not_before(p_column text, p_date text) RETURNS text
    LANGUAGE sql IMMUTABLE
    SET search_path TO 'public', 'pg_temp'
    AS $$
  SELECT format('%I >= %L::timestamptz', p_column, segment_first_moment(p_date))
$$;

ALTER FUNCTION public.segment_not_before(p_column text, p_date text) OWNER TO mailgenius_owner;

COMMENT ON FUNCTION public.segment_not_before(p_column text, p_date text) IS 'SQL: the column is at or after the date.';

CREATE FUNCTION public.segment_refuse(p_path text, p_problem text) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    AS $$
BEGIN
  RAISE EXCEPTION 'invalid segment at %: %', p_path, p_problem USING ERRCODE = '22023';
END
$$;

ALTER FUNCTION public.segment_refuse(p_path text, p_problem text) OWNER TO mailgenius_owner;

COMMENT ON FUNCTION public.segment_refuse(p_path text, p_problem text) IS 'Raises 22023 for a segment, naming the place in its JSON.';

CREATE FUNCTION public.segment_size_fault(p_segment jsonb) RETURNS text
    LANGUAGE sql IMMUTABLE
    SET search_path TO 'public', 'pg_temp'
    AS $_$
  SELECT CASE
    WHEN count(*) FILTER (WHERE jsonb_typeof(node) = 'object' AND node ? 'field') > 1000 THEN 'more than 1,000 conditions'
    WHEN sum(length(node #>> '{}')) FILTER (WHERE jsonb_typeof(node) = 'string') > 100000
      THEN 'texts of more than 100,000 characters'
  END
  -- Strict: a lax path would take the elements of a list twice.
  FROM jsonb_path_query(p_segment, 'strict $.**{0 to 34} ? (@.type() == "string" || @.type() == "object")') AS node
$_$;

ALTER FUNCTION public.segment_size_fault(p_segment jsonb) OWNER TO mailgenius_owner;

COMMENT ON FUNCTION public.segment_size_fault(p_segment jsonb) IS 'Why a segment is too much as a whole; NULL when it is not.';

CREATE FUNCTION public.segment_term_share(p_term text) RETURNS real
    LANGUAGE sql STABLE
    SET search_path TO 'public', 'pg_temp'
    AS $$
  SELECT most_common_elem_freqs[array_position(most_common_elems::text::text[], p_term)]
  FROM pg_stats
  WHERE schemaname = 'public' AND tablename = 'idx_leads_custom_fields'
$$;

ALTER FUNCTION public.segment_term_share(p_term text) OWNER TO mailgenius_owner;

COMMENT ON FUNCTION public.segment_term_share(p_term text) IS 'The share of leads that have a term, as far as statistics know.';

CREATE FUNCTION public.segment_texts(p_value jsonb) RETURNS text[]
    LANGUAGE sql IMMUTABLE
    SET search_path TO 'public', 'pg_temp'
    AS $$
  SELECT CASE jsonb_typeof(p_value)
    WHEN 'array' THEN ARRAY(SELECT jsonb_array_elements_text(p_value))
    ELSE ARRAY[p_value #>> '{}']
  END
$$;

ALTER FUNCTION public.segment_texts(p_value jsonb) OWNER TO mailgenius_owner;

COMMENT ON FUNCTION public.segment_texts(p_value jsonb) IS 'One text or a list of texts as an array.';

CREATE FUNCTION public.segment_where(p_segment jsonb, p_path text DEFAULT '$'::text, p_depth integer DEFAULT 1, p_words text DEFAULT 'index'::text) RETURNS text
    LANGUAGE plpgsql STABLE
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE
  max_depth constant integer := 16;
  keys      text;
  words     text := p_words;
  children  text[];
BEGIN
  IF p_depth = 1 AND segment_size_fault(p_segment) IS NOT NULL THEN
    PERFORM segment_refuse(p_path, segment_size_fault(p_segment));
  ELSIF p_depth > max_depth THEN
    PERFORM segment_refuse(p_path, format('deeper than %s levels', max_depth));
  END IF;
  IF jsonb_typeof(p_segment) = 'object' THEN
    keys := (SELECT string_agg(key, ' ' ORDER BY key COLLATE "C") FROM jsonb_object_keys(p_segment) AS key);
  END IF;

  CASE keys
    WHEN 'and', 'or' THEN
      IF jsonb_typeof(p_segment -> keys) <> 'array' THEN
        PERFORM segment_refuse(p_path || '.' || keys, 'expected a list');
      END IF;
      IF keys = 'or' AND NOT segment_is_indexed(p_segment) THEN
        words := 'row';
      END IF;
      SELECT array_agg(segment_where(child, format('%s.%s[%s]', p_path, keys, place - 1), p_depth + 1, words)
                       ORDER BY place)
      INTO children
      FROM jsonb_array_elements(p_segment -> keys) WITH ORDINALITY AS list (child, place);
      RETURN coalesce('(' || array_to_string(children, format(' %s ', upper(keys))) || ')', (keys = 'and')::text);
    WHEN 'not' THEN
      -- A condition on a missing value is NULL. IS NOT TRUE takes that for false, as a reader does.
      RETURN format('(%s) IS NOT TRUE', segment_where(p_segment -> 'not', p_path || '.not', p_depth + 1, 'row'));
    WHEN 'field operator', 'field operator value' THEN
      RETURN '(' || segment_condition(p_segment, p_path, words) || ')';
    ELSE
      PERFORM segment_refuse(p_path, 'expected "and", "or", "not" or a condition');
  END CASE;
END
$$;

ALTER FUNCTION public.segment_where(p_segment jsonb, p_path text, p_depth integer, p_words text) OWNER TO mailgenius_owner;

COMMENT ON FUNCTION public.segment_where(p_segment jsonb, p_path text, p_depth integer, p_words text) IS 'The SQL of a segment''s condition tree.';

CREATE FUNCTION public.session_user_id() RETURNS uuid
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
  SELECT id FROM users WHERE id = nullif(current_setting('app.user_id', true), '')::uuid
$$;

ALTER FUNCTION public.session_user_id() OWNER TO mailgenius_owner;

COMMENT ON FUNCTION public.session_user_id() IS 'The application''s user of this session; NULL when not set.';

CREATE PROCEDURE public.set_first_moments()
    LANGUAGE plpgsql
    AS $$
DECLARE
  campaign uuid;
BEGIN
  FOR campaign IN SELECT id FROM public.campaigns WHERE sends_created_at IS NULL LOOP
    UPDATE public.campaigns
    SET sends_created_at = first.created_at
    FROM (SELECT min(created_at) AS created_at FROM public.email_sends_partitioned WHERE campaign_id = campaign) AS first
    WHERE id = campaign AND sends_created_at IS NULL AND first.created_at IS NOT NULL;
    COMMIT;
  END LOOP;
END
$$;

ALTER PROCEDURE public.set_first_moments() OWNER TO bench;

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
    AS $$
DECLARE
  obstacle constant text := install_partman();
  stranger regclass;
BEGIN
  FOREACH table_name IN ARRAY ARRAY['email_sends_partitioned', 'lead_activities_partitioned'] LOOP
    problem := obstacle;
    IF problem IS NULL AND NOT is_partman_managed(table_name) THEN
      problem := hand_to_partman(table_name);
    END IF;
    IF is_partman_managed(table_name) THEN
      PERFORM own_partman_row(table_name);
      -- Retention and ANALYZE run as the owner of the table, and pg_partman makes partitions as whoever calls it.
      FOR stranger IN
        SELECT partition_oid::regclass FROM monthly_partitions AS part
        WHERE part.table_name = setup_partman.table_name AND NOT is_ours
      LOOP
        BEGIN
          EXECUTE format('ALTER TABLE %s OWNER TO mailgenius_owner', stranger);
        EXCEPTION
          WHEN insufficient_privilege THEN
            problem := concat_ws(', ', problem, stranger || ' belongs to another role');
        END;
      END LOOP;
      PERFORM close_partitions(table_name);
    END IF;
    RETURN NEXT;
  END LOOP;
END
$$;

ALTER FUNCTION public.setup_partman() OWNER TO mailgenius_owner;

COMMENT ON FUNCTION public.setup_partman() IS 'Gives our tables to pg_partman, where the server has it.';

CREATE FUNCTION public.statement_times() RETURNS TABLE(query_text text, calls bigint, total_time_ms numeric, mean_time_ms numeric, hit_percent numeric)
    LANGUAGE sql STABLE
    SET search_path TO 'public', 'pg_temp'
    AS $$
  SELECT CASE WHEN query ~* 'password' THEN '(a statement that names a password)' ELSE query END,
         sum(calls)::bigint,
         round(sum(total_exec_time)::numeric, 3),
         round((sum(total_exec_time) / sum(calls))::numeric, 3),
         round(100.0 * sum(shared_blks_hit) / nullif(sum(shared_blks_hit + shared_blks_read), 0), 1)
  FROM pg_stat_statements
  -- With track_planning, one that was planned and never ended has no calls.
  WHERE calls > 0 AND dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
  GROUP BY queryid, query
$$;

ALTER FUNCTION public.statement_times() OWNER TO mailgenius_owner;

COMMENT ON FUNCTION public.statement_times() IS 'Statements of this database and their times; passwords left out.';

CREATE FUNCTION public.switch_table(p_source regclass, p_target regclass, p_on_insert text DEFAULT NULL::text) RETURNS text
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    SET lock_timeout TO '0'
    AS $_$
DECLARE
  old_name constant text := p_source::text;
  give_up  constant timestamptz := clock_timestamp() + interval '10 minutes';
  applied  bigint;
  granted  record;
  part     regclass;
BEGIN
  IF NOT migration_step(p_source) THEN
    RETURN 'was switched before';
  END IF;
  IF NOT EXISTS (SELECT FROM migration_progress WHERE source_table = old_name AND proven_at IS NOT NULL) THEN
    RAISE EXCEPTION '% was not proven equal', p_source USING ERRCODE = '55000';
  END IF;

  LOOP
    BEGIN
      PERFORM lock_in_order(ARRAY[p_source], 'ACCESS EXCLUSIVE');
      PERFORM refuse_dependents(p_source);
      -- Somebody who deletes a lead may wait for this table, and this for the lead: then let go.
      PERFORM set_config('lock_timeout', lock_wait(), true);
      applied := apply_changes(p_source, p_target);
      EXIT;
    EXCEPTION
      WHEN lock_not_available OR deadlock_detected THEN
        IF clock_timestamp() > give_up THEN
          RAISE;
        END IF;
    END;
    PERFORM pg_sleep(0.5);
  END LOOP;

  EXECUTE format('DROP TRIGGER log_migration_change ON %s', p_source);
  EXECUTE format('ALTER TABLE %s RENAME TO %I', p_source, old_name || '_old');
  EXECUTE format('CREATE VIEW %I WITH (security_invoker = true) AS SELECT * FROM %s', old_name, p_target);
  EXECUTE format('ALTER VIEW %I OWNER TO mailgenius_owner', old_name);
  EXECUTE format('REVOKE ALL ON %I FROM PUBLIC, mailgenius_app, mailgenius_readonly', old_name);
  IF p_on_insert IS NOT NULL THEN
    EXECUTE format('CREATE TRIGGER %1$I INSTEAD OF INSERT ON %2$I FOR EACH ROW EXECUTE FUNCTION %1$I()',
                   p_on_insert, old_name);
  END IF;
  -- Who might do what with the old table, and with which of its columns: by either name.
  FOR granted IN
    SELECT acl.*, '' AS columns
    FROM pg_class, aclexplode(relacl) AS acl
    WHERE oid = p_source AND grantee <> relowner
    UNION ALL
    SELECT acl.*, format('(%I)', attname)
    FROM pg_attribute, aclexplode(attacl) AS acl
    WHERE attrelid = p_source AND NOT attisdropped
  LOOP
    EXECUTE format('GRANT %s %s ON %s, %I TO %s %s', granted.privilege_type, granted.columns, p_target, old_name,
                   CASE granted.grantee WHEN 0 THEN 'PUBLIC' ELSE granted.grantee::regrole::text END,
                   CASE WHEN granted.is_grantable THEN 'WITH GRANT OPTION' ELSE '' END);
  END LOOP;
  FOR part IN SELECT relid FROM pg_partition_tree(p_target) WHERE isleaf LOOP
    EXECUTE format('ALTER TABLE %s RESET (autovacuum_enabled)', part);
  END LOOP;
  RETURN format('switched; %s rows applied last', applied);
END
$_$;

ALTER FUNCTION public.switch_table(p_source regclass, p_target regclass, p_on_insert text) OWNER TO bench;

CREATE FUNCTION public.try_lock_tables(p_attempts integer, VARIADIC p_locks text[]) RETURNS boolean
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    SET lock_timeout TO '0'
    AS $$
DECLARE
  table_and_mode text;
  or_not         text;
BEGIN
  FOR attempt IN 1 .. p_attempts LOOP
    or_not := CASE WHEN is_waited_for() THEN ' NOWAIT' ELSE '' END;
    -- Once for all of them: who comes to wait for the first would leave no time for the others.
    PERFORM set_config('lock_timeout', lock_wait(), true);
    BEGIN
      FOREACH table_and_mode IN ARRAY p_locks LOOP
        EXECUTE 'LOCK TABLE ' || table_and_mode || or_not;
      END LOOP;
      RETURN true;
    EXCEPTION
      WHEN lock_not_available OR deadlock_detected THEN NULL;
    END;
    EXIT WHEN attempt = p_attempts;
    FOR tenth IN 1 .. 4 LOOP
      IF is_waited_for() THEN
        RETURN false;
      END IF;
      PERFORM pg_sleep(0.1);
    END LOOP;
  END LOOP;
  RETURN false;
END
$$;

ALTER FUNCTION public.try_lock_tables(p_attempts integer, VARIADIC p_locks text[]) OWNER TO mailgenius_owner;

COMMENT ON FUNCTION public.try_lock_tables(p_attempts integer, VARIADIC p_locks text[]) IS 'LOCK TABLE with short waits; whether it got the locks.';

CREATE FUNCTION public.watch_changes(p_source regclass) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    AS $$
BEGIN
  IF NOT migration_step(p_source) THEN
    RETURN;
  END IF;
  PERFORM refuse_dependents(p_source);
  IF EXISTS (SELECT FROM pg_trigger WHERE tgrelid = p_source AND tgname = 'log_migration_change') THEN
    RETURN;
  END IF;
  PERFORM lock_in_order(ARRAY[p_source], 'SHARE ROW EXCLUSIVE');
  EXECUTE format('CREATE TRIGGER log_migration_change AFTER INSERT OR UPDATE OR DELETE ON %s
                  FOR EACH ROW EXECUTE FUNCTION log_migration_change()', p_source);
  EXECUTE format('CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON %s
                  FOR EACH STATEMENT EXECUTE FUNCTION log_migration_change()', p_source);
END
$$;

ALTER FUNCTION public.watch_changes(p_source regclass) OWNER TO bench;

CREATE TABLE public.alert_thresholds (
    alert text NOT NULL,
    unit text NOT NULL,
    warning numeric,
    critical numeric,
    CONSTRAINT alert_thresholds_check CHECK (((warning IS NULL) OR (critical IS NULL) OR (warning <= critical)))
);

ALTER TABLE public.alert_thresholds OWNER TO mailgenius_owner;

CREATE TABLE public.analytics_refreshes (
    view_name text NOT NULL,
    refreshed_at timestamp with time zone NOT NULL,
    took interval NOT NULL
);

ALTER TABLE public.analytics_refreshes OWNER TO mailgenius_owner;

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

CREATE TABLE public.campaign_metric_changes (
    id bigint NOT NULL,
    workspace_id uuid NOT NULL,
    campaign_id uuid NOT NULL,
    delivered integer DEFAULT 0 NOT NULL,
    opened integer DEFAULT 0 NOT NULL,
    clicked integer DEFAULT 0 NOT NULL,
    bounced integer DEFAULT 0 NOT NULL,
    unsubscribed integer DEFAULT 0 NOT NULL,
    complained integer DEFAULT 0 NOT NULL,
    created_at timestamp(3) with time zone DEFAULT now() NOT NULL
);

ALTER TABLE public.campaign_metric_changes OWNER TO mailgenius_owner;

ALTER TABLE public.campaign_metric_changes ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.campaign_metric_changes_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

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

CREATE VIEW public.campaign_metrics WITH (security_invoker='true') AS
 SELECT campaign.workspace_id,
    campaign.id AS campaign_id,
    campaign.total_recipients,
    (campaign.delivered + change.delivered) AS delivered,
    (campaign.opened + change.opened) AS opened,
    (campaign.clicked + change.clicked) AS clicked,
    (campaign.bounced + change.bounced) AS bounced,
    (campaign.unsubscribed + change.unsubscribed) AS unsubscribed,
    (campaign.complained + change.complained) AS complained
   FROM (public.campaigns campaign
     CROSS JOIN LATERAL ( SELECT COALESCE(sum(campaign_metric_changes.delivered), (0)::bigint) AS delivered,
            COALESCE(sum(campaign_metric_changes.opened), (0)::bigint) AS opened,
            COALESCE(sum(campaign_metric_changes.clicked), (0)::bigint) AS clicked,
            COALESCE(sum(campaign_metric_changes.bounced), (0)::bigint) AS bounced,
            COALESCE(sum(campaign_metric_changes.unsubscribed), (0)::bigint) AS unsubscribed,
            COALESCE(sum(campaign_metric_changes.complained), (0)::bigint) AS complained
           FROM public.campaign_metric_changes
          WHERE ((campaign_metric_changes.campaign_id = campaign.id) AND (campaign_metric_changes.workspace_id = campaign.workspace_id))) change);

ALTER TABLE public.campaign_metrics OWNER TO mailgenius_owner;

COMMENT ON VIEW public.campaign_metrics IS 'Counters of each campaign, with the changes that are not folded in yet.';

CREATE MATERIALIZED VIEW public.campaign_performance AS
 SELECT campaign.workspace_id,
    metrics.campaign_id,
    campaign.name AS campaign_name,
    campaign.status,
    campaign.sent_at,
    metrics.total_recipients,
    metrics.delivered,
    metrics.opened,
    metrics.clicked,
    metrics.bounced,
    metrics.unsubscribed,
    metrics.complained,
    COALESCE(round(((100.0 * (metrics.delivered)::numeric) / (NULLIF(metrics.total_recipients, 0))::numeric), 2), (0)::numeric) AS delivery_rate,
    COALESCE(round(((100.0 * (metrics.opened)::numeric) / (NULLIF(metrics.delivered, 0))::numeric), 2), (0)::numeric) AS open_rate,
    COALESCE(round(((100.0 * (metrics.clicked)::numeric) / (NULLIF(metrics.opened, 0))::numeric), 2), (0)::numeric) AS click_rate,
    COALESCE(round(((100.0 * (metrics.bounced)::numeric) / (NULLIF(metrics.total_recipients, 0))::numeric), 2), (0)::numeric) AS bounce_rate
   FROM (public.campaigns campaign
     JOIN public.campaign_metrics metrics ON ((metrics.campaign_id = campaign.id)))
  WHERE (campaign.status = ANY (ARRAY['sent'::text, 'completed'::text]))
  WITH NO DATA;

ALTER TABLE public.campaign_performance OWNER TO mailgenius_owner;

CREATE VIEW public.current_index_reads AS
 SELECT (usage.indexrelname)::text AS index_name,
    pg_get_indexdef(usage.indexrelid) AS definition,
    concat_ws(' '::text, database.datid, (GREATEST(database.stats_reset, server.stats_reset) AT TIME ZONE 'UTC'::text)) AS statistics,
    usage.idx_scan AS scans
   FROM ((pg_stat_user_indexes usage
     CROSS JOIN pg_stat_bgwriter server)
     JOIN pg_stat_database database ON ((database.datname = current_database())))
  WHERE (usage.schemaname = 'public'::name);

ALTER TABLE public.current_index_reads OWNER TO mailgenius_owner;

COMMENT ON VIEW public.current_index_reads IS 'How often each index was read since statistics began.';

CREATE VIEW public.current_table_sizes AS
 SELECT (pg_class.relname)::text AS table_name,
    (
        CASE pg_class.relkind
            WHEN 'p'::"char" THEN ( SELECT COALESCE(sum(pg_total_relation_size(pg_partition_tree.relid)), (0)::numeric) AS "coalesce"
               FROM pg_partition_tree((pg_class.oid)::regclass) pg_partition_tree(relid, parentrelid, isleaf, level))
            ELSE (pg_total_relation_size((pg_class.oid)::regclass))::numeric
        END)::bigint AS bytes
   FROM pg_class
  WHERE ((pg_class.relnamespace = ('public'::regnamespace)::oid) AND (pg_class.relkind = ANY (ARRAY['r'::"char", 'p'::"char", 'm'::"char"])) AND (NOT pg_class.relispartition));

ALTER TABLE public.current_table_sizes OWNER TO mailgenius_owner;

COMMENT ON VIEW public.current_table_sizes IS 'Bytes of each table and materialized view now, with indexes.';

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

CREATE TABLE public.index_reads (
    index_name text NOT NULL,
    definition text NOT NULL,
    statistics text NOT NULL,
    scans bigint NOT NULL,
    since timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE public.index_reads OWNER TO mailgenius_owner;

CREATE VIEW public.index_faults AS
 WITH reads AS (
         SELECT now_read.index_name,
            now_read.scans,
            (EXISTS ( SELECT
                   FROM public.index_reads noted
                  WHERE (((noted.index_name = now_read.index_name) AND (noted.definition = now_read.definition) AND (noted.statistics = now_read.statistics) AND (noted.scans = now_read.scans)) AND (noted.since <= (now() - '31 days'::interval))))) AS is_unread
           FROM public.current_index_reads now_read
        ), index AS (
         SELECT definition.indexrelid,
            definition.indrelid,
            definition.indnatts,
            definition.indnkeyatts,
            definition.indisunique,
            definition.indnullsnotdistinct,
            definition.indisprimary,
            definition.indisexclusion,
            definition.indimmediate,
            definition.indisclustered,
            definition.indisvalid,
            definition.indcheckxmin,
            definition.indisready,
            definition.indislive,
            definition.indisreplident,
            definition.indkey,
            definition.indcollation,
            definition.indclass,
            definition.indoption,
            definition.indexprs,
            definition.indpred,
            (relation.relname)::text AS name,
            (indexed.relname)::text AS table_name,
            method.amname,
            relation.reltuples,
            relation.relpages,
            pg_relation_size((relation.oid)::regclass) AS bytes,
            reads.scans,
            reads.is_unread,
            (definition.indisunique OR definition.indisexclusion) AS is_needed,
                CASE
                    WHEN ((EXISTS ( SELECT
                       FROM pg_constraint
                      WHERE (pg_constraint.conindid = definition.indexrelid))) OR definition.indisreplident OR definition.indisexclusion) THEN 2
                    WHEN definition.indisunique THEN 1
                    ELSE 0
                END AS rank,
            (relation.relkind = 'i'::"char") AS has_bytes,
            COALESCE(pg_partition_root((relation.oid)::regclass), (relation.oid)::regclass) AS root,
            "substring"(pg_get_indexdef(definition.indexrelid), ' USING .*'::text) AS body
           FROM ((((pg_index definition
             JOIN pg_class relation ON ((relation.oid = definition.indexrelid)))
             JOIN pg_class indexed ON ((indexed.oid = definition.indrelid)))
             JOIN pg_am method ON ((method.oid = relation.relam)))
             LEFT JOIN reads ON ((reads.index_name = relation.relname)))
          WHERE ((relation.relnamespace = ('public'::regnamespace)::oid) AND (relation.relkind = ANY (ARRAY['i'::"char", 'I'::"char"])))
        ), whole AS (
         SELECT index.root,
            sum(index.bytes) AS bytes,
            (bool_or(index.is_unread) AND bool_and((index.is_unread OR (index.scans = 0)))) AS is_unread
           FROM index
          GROUP BY index.root
        )
 SELECT 'invalid'::text AS kind,
    index.name AS index_name,
    index.table_name,
    (1)::numeric AS value
   FROM index
  WHERE (NOT index.indisvalid)
UNION ALL
 SELECT 'duplicate'::text AS kind,
    twin.name AS index_name,
    twin.table_name,
    whole.bytes AS value
   FROM (index twin
     JOIN whole ON (((whole.root)::oid = twin.indexrelid)))
  WHERE ((twin.rank < 2) AND (EXISTS ( SELECT
           FROM index other
          WHERE ((other.indrelid = twin.indrelid) AND (other.body = twin.body) AND (other.indexrelid <> twin.indexrelid) AND other.indisvalid AND ((twin.rank = 0) OR other.indimmediate) AND (ROW(other.rank, (- (other.indexrelid)::bigint)) > ROW(twin.rank, (- (twin.indexrelid)::bigint)))))))
UNION ALL
 SELECT 'unused'::text AS kind,
    index.name AS index_name,
    index.table_name,
    whole.bytes AS value
   FROM (index
     JOIN whole ON (((whole.root)::oid = index.indexrelid)))
  WHERE (whole.is_unread AND (NOT index.is_needed))
UNION ALL
 SELECT 'bloated'::text AS kind,
    index.name AS index_name,
    index.table_name,
    round((((100)::double precision * ((1)::double precision - (estimate.expected / (size.counted_bytes)::double precision))))::numeric, 1) AS value
   FROM ((index
     CROSS JOIN LATERAL ( SELECT ((index.relpages)::numeric * (current_setting('block_size'::text))::numeric) AS counted_bytes) size)
     CROSS JOIN LATERAL ( SELECT
                CASE
                    WHEN (index.reltuples = (0)::double precision) THEN (0)::double precision
                    WHEN (count(*) = count(width.bytes)) THEN ((index.reltuples * ((16 + sum(width.bytes)))::double precision) / (0.9)::double precision)
                    ELSE NULL::double precision
                END AS expected
           FROM (pg_attribute key
             CROSS JOIN LATERAL ( SELECT COALESCE((
                        CASE
                            WHEN (key.attlen > 0) THEN key.attlen
                            ELSE NULL::smallint
                        END)::integer, ( SELECT pg_stats.avg_width
                           FROM pg_stats
                          WHERE ((pg_stats.schemaname = 'public'::name) AND (pg_stats.attname = key.attname) AND (pg_stats.tablename = ANY (ARRAY[(index.name)::name, (index.table_name)::name])))
                          ORDER BY (pg_stats.tablename = index.name) DESC
                         LIMIT 1)) AS bytes) width)
          WHERE (key.attrelid = index.indexrelid)) estimate)
  WHERE (index.has_bytes AND (index.amname = 'btree'::name) AND (size.counted_bytes >= (1048576)::numeric) AND (estimate.expected < (size.counted_bytes)::double precision));

ALTER TABLE public.index_faults OWNER TO mailgenius_owner;

COMMENT ON VIEW public.index_faults IS 'Indexes that are invalid, duplicate, unused or bloated.';

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

CREATE MATERIALIZED VIEW public.lead_analytics AS
 SELECT by_company.workspace_id,
    COALESCE(by_company.source, 'unknown'::text) AS source,
    COALESCE(by_company.status, 'unknown'::text) AS status,
    by_company.month,
    (sum(by_company.leads))::bigint AS lead_count,
    count(by_company.company) AS unique_companies,
    (COALESCE(sum(by_company.leads) FILTER (WHERE (by_company.status = 'active'::text)), (0)::numeric))::bigint AS active_leads
   FROM ( SELECT leads.workspace_id,
            leads.source,
            leads.status,
            leads.company,
            date_trunc('month'::text, GREATEST(leads.created_at, '0001-01-01 00:00:00+00'::timestamp with time zone), 'UTC'::text) AS month,
            count(*) AS leads
           FROM public.leads
          GROUP BY leads.workspace_id, leads.source, leads.status, leads.company, (date_trunc('month'::text, GREATEST(leads.created_at, '0001-01-01 00:00:00+00'::timestamp with time zone), 'UTC'::text))) by_company
  GROUP BY by_company.workspace_id, by_company.source, by_company.status, by_company.month
  WITH NO DATA;

ALTER TABLE public.lead_analytics OWNER TO mailgenius_owner;

CREATE TABLE public.lead_segments (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    workspace_id uuid NOT NULL,
    name text NOT NULL,
    conditions jsonb DEFAULT '{"and": []}'::jsonb NOT NULL,
    created_at timestamp(3) with time zone DEFAULT now() NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT now() NOT NULL
);

ALTER TABLE public.lead_segments OWNER TO mailgenius_owner;

CREATE TABLE public.maintenance_jobs (
    job_name text NOT NULL,
    schedule text NOT NULL,
    command text NOT NULL
);

ALTER TABLE public.maintenance_jobs OWNER TO mailgenius_owner;

CREATE TABLE public.maintenance_runs (
    id bigint NOT NULL,
    task text NOT NULL,
    started_at timestamp with time zone NOT NULL,
    took interval NOT NULL,
    failed boolean NOT NULL,
    result text
);

ALTER TABLE public.maintenance_runs OWNER TO mailgenius_owner;

ALTER TABLE public.maintenance_runs ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.maintenance_runs_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

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
    rows_applied bigint DEFAULT 0 NOT NULL,
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
        CASE
            WHEN isfinite(lower(range.range)) THEN ((lower(range.range) AT TIME ZONE 'UTC'::text))::date
            ELSE NULL::date
        END AS month,
    range.range,
    pg_has_role(parent.relowner, part.relowner, 'USAGE'::text) AS is_ours
   FROM (((pg_class parent
     JOIN pg_inherits ON ((pg_inherits.inhparent = parent.oid)))
     JOIN pg_class part ON ((part.oid = pg_inherits.inhrelid)))
     CROSS JOIN LATERAL public.partition_range(part.oid) range(range))
  WHERE ((parent.relnamespace = ('public'::regnamespace)::oid) AND (parent.relname = ANY (ARRAY['email_sends_partitioned'::name, 'lead_activities_partitioned'::name])) AND (pg_get_expr(part.relpartbound, part.oid) <> 'DEFAULT'::text));

ALTER TABLE public.monthly_partitions OWNER TO mailgenius_owner;

COMMENT ON VIEW public.monthly_partitions IS 'Partitions of sends and activities, and the month of each.';

CREATE TABLE public.partition_ranges (
    table_name text NOT NULL,
    first_month date NOT NULL,
    removed_before timestamp with time zone,
    CONSTRAINT partition_ranges_first_month_check CHECK ((isfinite(first_month) AND (first_month = (date_trunc('month'::text, (first_month)::timestamp without time zone))::date)))
);

ALTER TABLE public.partition_ranges OWNER TO mailgenius_owner;

COMMENT ON TABLE public.partition_ranges IS 'How far back each partitioned table is meant to reach.';

CREATE VIEW public.partition_health AS
 WITH this_month AS (
         SELECT (date_trunc('month'::text, (now() AT TIME ZONE 'UTC'::text)))::date AS day
        ), watched AS (
         SELECT range.table_name,
            range.first_month AS expected_from,
            (count(monthly.month))::integer AS partitions,
            min(monthly.month) AS first_month,
            max(monthly.month) AS last_month,
            COALESCE(range_agg(monthly.range), '{}'::tstzmultirange) AS covered,
            (sum(pg_total_relation_size((monthly.partition_oid)::regclass)))::bigint AS bytes
           FROM (public.partition_ranges range
             LEFT JOIN public.monthly_partitions monthly USING (table_name))
          GROUP BY range.table_name, range.first_month
        ), waiting(table_name, month) AS (
         SELECT 'email_sends_partitioned'::text AS "?column?",
            (date_trunc('month'::text, (GREATEST(email_sends_default.created_at, '0001-01-01 00:00:00+00'::timestamp with time zone) AT TIME ZONE 'UTC'::text)))::date AS date_trunc
           FROM public.email_sends_default
        UNION ALL
         SELECT 'lead_activities_partitioned'::text,
            (date_trunc('month'::text, (GREATEST(lead_activities_default.created_at, '0001-01-01 00:00:00+00'::timestamp with time zone) AT TIME ZONE 'UTC'::text)))::date AS date_trunc
           FROM public.lead_activities_default
        )
 SELECT watched.table_name,
    rows.default_rows,
    watched.partitions,
    watched.first_month,
    watched.last_month,
    months.ahead AS months_ahead,
    months.missing AS missing_months,
    watched.bytes,
    rows.stray_rows
   FROM (((watched
     CROSS JOIN this_month)
     CROSS JOIN LATERAL ( SELECT array_agg(expected.month ORDER BY expected.month) FILTER (WHERE ((NOT expected.is_covered) AND ((expected.month >= watched.expected_from) AND (expected.month <= GREATEST(watched.last_month, this_month.day))))) AS missing,
            (count(*) FILTER (WHERE (expected.is_covered AND (expected.month > this_month.day))))::integer AS ahead
           FROM ( SELECT (first.first)::date AS month,
                    (watched.covered && tstzrange((first.first AT TIME ZONE 'UTC'::text), ((first.first + '1 mon'::interval) AT TIME ZONE 'UTC'::text))) AS is_covered
                   FROM generate_series((LEAST(watched.expected_from, this_month.day))::timestamp without time zone, GREATEST((watched.last_month)::timestamp without time zone, (this_month.day + '10 years'::interval)), '1 mon'::interval) first(first)) expected) months)
     CROSS JOIN LATERAL ( SELECT count(*) AS default_rows,
            count(*) FILTER (WHERE ((waiting.month < watched.expected_from) OR (waiting.month > GREATEST((watched.last_month)::timestamp without time zone, (this_month.day + '3 mons'::interval))))) AS stray_rows
           FROM waiting
          WHERE (waiting.table_name = watched.table_name)) rows);

ALTER TABLE public.partition_health OWNER TO mailgenius_owner;

COMMENT ON VIEW public.partition_health IS 'Healthy: default_rows 0, missing_months NULL, months_ahead at least 1.';

CREATE VIEW public.policy_states AS
 SELECT (pg_class.relname)::text AS table_name,
    pg_class.relrowsecurity AS is_on,
    pg_class.relforcerowsecurity AS is_forced,
    (pg_get_userbyid(pg_class.relowner))::text AS owner
   FROM pg_class
  WHERE ((pg_class.relnamespace = ('public'::regnamespace)::oid) AND (EXISTS ( SELECT
           FROM pg_policy
          WHERE (pg_policy.polrelid = pg_class.oid))));

ALTER TABLE public.policy_states OWNER TO mailgenius_owner;

CREATE TABLE public.policy_states_noted (
    table_name text NOT NULL,
    is_on boolean NOT NULL,
    is_forced boolean NOT NULL,
    owner text NOT NULL
);

ALTER TABLE public.policy_states_noted OWNER TO mailgenius_owner;

CREATE TABLE public.retention_policies (
    table_name text NOT NULL,
    keep_days integer,
    CONSTRAINT retention_policies_keep_days_check CHECK (((keep_days >= 1) AND (keep_days <= 36500))),
    CONSTRAINT retention_policies_table_name_check CHECK ((table_name = ANY (ARRAY['email_sends'::text, 'cron.job_run_details'::text])))
);

ALTER TABLE public.retention_policies OWNER TO mailgenius_owner;

CREATE VIEW public.schedule_horizon AS
 SELECT GREATEST(( SELECT partition_ranges.removed_before
           FROM public.partition_ranges
          WHERE (partition_ranges.table_name = 'email_sends_partitioned'::text)), ( SELECT (now() - ((GREATEST(((retention_policies.keep_days - 30))::numeric, ((retention_policies.keep_days)::numeric / 2.0)))::double precision * '24:00:00'::interval))
           FROM public.retention_policies
          WHERE (retention_policies.table_name = 'email_sends'::text))) AS moment;

ALTER TABLE public.schedule_horizon OWNER TO mailgenius_owner;

COMMENT ON VIEW public.schedule_horizon IS 'Campaigns first scheduled before this moment take no further recipients; NULL is no limit.';

CREATE TABLE public.table_sizes (
    table_name text NOT NULL,
    sampled_at timestamp(3) with time zone DEFAULT now() NOT NULL,
    bytes bigint NOT NULL
);

ALTER TABLE public.table_sizes OWNER TO mailgenius_owner;

CREATE VIEW public.table_growth AS
 SELECT now_size.table_name,
    round((((((100)::numeric * ((now_size.bytes - earlier.bytes))::numeric) / (GREATEST(earlier.bytes, (1)::bigint))::numeric) * (86400)::numeric) / EXTRACT(epoch FROM (now() - earlier.sampled_at))), 1) AS percent_a_day
   FROM (public.current_table_sizes now_size
     CROSS JOIN LATERAL ( SELECT table_sizes.bytes,
            table_sizes.sampled_at
           FROM public.table_sizes
          WHERE ((table_sizes.table_name = now_size.table_name) AND (table_sizes.sampled_at <= (now() - '1 day'::interval)))
          ORDER BY table_sizes.sampled_at DESC
         LIMIT 1) earlier)
  WHERE (now_size.bytes >= 8388608);

ALTER TABLE public.table_growth OWNER TO mailgenius_owner;

COMMENT ON VIEW public.table_growth IS 'How much each larger table has grown, in percent a day.';

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

CREATE VIEW public.workspace_campaign_performance WITH (security_barrier='true') AS
 SELECT campaign_performance.workspace_id,
    campaign_performance.campaign_id,
    campaign_performance.campaign_name,
    campaign_performance.status,
    campaign_performance.sent_at,
    campaign_performance.total_recipients,
    campaign_performance.delivered,
    campaign_performance.opened,
    campaign_performance.clicked,
    campaign_performance.bounced,
    campaign_performance.unsubscribed,
    campaign_performance.complained,
    campaign_performance.delivery_rate,
    campaign_performance.open_rate,
    campaign_performance.click_rate,
    campaign_performance.bounce_rate
   FROM public.campaign_performance
  WHERE (campaign_performance.workspace_id = ( SELECT public.current_workspace_id() AS current_workspace_id));

ALTER TABLE public.workspace_campaign_performance OWNER TO mailgenius_owner;

CREATE VIEW public.workspace_lead_analytics WITH (security_barrier='true') AS
 SELECT lead_analytics.workspace_id,
    lead_analytics.source,
    lead_analytics.status,
    lead_analytics.month,
    lead_analytics.lead_count,
    lead_analytics.unique_companies,
    lead_analytics.active_leads
   FROM public.lead_analytics
  WHERE (lead_analytics.workspace_id = ( SELECT public.current_workspace_id() AS current_workspace_id));

ALTER TABLE public.workspace_lead_analytics OWNER TO mailgenius_owner;

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

ALTER TABLE ONLY public.alert_thresholds
    ADD CONSTRAINT alert_thresholds_pkey PRIMARY KEY (alert);

ALTER TABLE ONLY public.analytics_refreshes
    ADD CONSTRAINT analytics_refreshes_pkey PRIMARY KEY (view_name);

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

ALTER TABLE ONLY public.campaign_metric_changes
    ADD CONSTRAINT campaign_metric_changes_pkey PRIMARY KEY (id);

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

ALTER TABLE ONLY public.index_reads
    ADD CONSTRAINT index_reads_pkey PRIMARY KEY (index_name);

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

ALTER TABLE ONLY public.maintenance_jobs
    ADD CONSTRAINT maintenance_jobs_pkey PRIMARY KEY (job_name);

ALTER TABLE ONLY public.maintenance_runs
    ADD CONSTRAINT maintenance_runs_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.migration_progress
    ADD CONSTRAINT migration_progress_pkey PRIMARY KEY (source_table);

ALTER TABLE ONLY public.partition_ranges
    ADD CONSTRAINT partition_ranges_pkey PRIMARY KEY (table_name);

ALTER TABLE ONLY public.policy_states_noted
    ADD CONSTRAINT policy_states_noted_pkey PRIMARY KEY (table_name);

ALTER TABLE ONLY public.retention_policies
    ADD CONSTRAINT retention_policies_pkey PRIMARY KEY (table_name);

ALTER TABLE ONLY public.table_sizes
    ADD CONSTRAINT table_sizes_pkey PRIMARY KEY (table_name, sampled_at);

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

CREATE INDEX campaign_metric_changes_campaign_idx ON public.campaign_metric_changes USING btree (campaign_id);

CREATE UNIQUE INDEX campaign_performance_key ON public.campaign_performance USING btree (campaign_id);

CREATE INDEX campaign_performance_workspace_idx ON public.campaign_performance USING btree (workspace_id, sent_at DESC);

CREATE INDEX campaigns_segment_idx ON public.campaigns USING btree (segment_id);

CREATE INDEX campaigns_template_idx ON public.campaigns USING btree (template_id);

CREATE INDEX campaigns_workspace_status_idx ON public.campaigns USING btree (workspace_id, status);

CREATE INDEX email_sends_partitioned_pending_idx ON ONLY public.email_sends_partitioned USING btree (campaign_id) WHERE (status = 'pending'::text);

CREATE INDEX email_sends_default_campaign_id_idx ON public.email_sends_default USING btree (campaign_id) WHERE (status = 'pending'::text);

CREATE INDEX email_sends_partitioned_lead_idx ON ONLY public.email_sends_partitioned USING btree (lead_id);

CREATE INDEX email_sends_default_lead_id_idx ON public.email_sends_default USING btree (lead_id);

CREATE INDEX email_sends_partitioned_provider_idx ON ONLY public.email_sends_partitioned USING btree (provider_message_id) WHERE (provider_message_id IS NOT NULL);

CREATE INDEX email_sends_default_provider_message_id_idx ON public.email_sends_default USING btree (provider_message_id) WHERE (provider_message_id IS NOT NULL);

CREATE INDEX email_sends_partitioned_workspace_idx ON ONLY public.email_sends_partitioned USING btree (workspace_id, created_at);

CREATE INDEX email_sends_default_workspace_id_created_at_idx ON public.email_sends_default USING btree (workspace_id, created_at);

CREATE INDEX email_templates_workspace_idx ON public.email_templates USING btree (workspace_id);

CREATE INDEX idx_leads_active ON public.leads USING btree (workspace_id, created_at DESC, id DESC) WHERE (status = 'active'::text);

CREATE INDEX idx_leads_custom_fields ON public.leads USING gin (public.field_terms(custom_fields));

CREATE INDEX idx_leads_email_hash ON public.leads USING hash (email);

CREATE INDEX idx_leads_email_reversed ON public.leads USING btree (workspace_id, reverse(lower((email)::text)) text_pattern_ops);

CREATE INDEX idx_leads_search ON public.leads USING gin (((email)::text) public.gin_trgm_ops, name public.gin_trgm_ops, company public.gin_trgm_ops);

CREATE INDEX idx_leads_tags ON public.leads USING gin (((tags)::public.citext[]));

CREATE INDEX idx_leads_unsubscribed ON public.leads USING btree (workspace_id, created_at DESC, id DESC) WHERE (status = 'unsubscribed'::text);

CREATE INDEX idx_leads_workspace_created_at ON public.leads USING btree (workspace_id, created_at DESC, id DESC);

CREATE INDEX idx_leads_workspace_status_email ON public.leads USING btree (workspace_id, status, email) WHERE (status = ANY (ARRAY['active'::text, 'unsubscribed'::text, 'bounced'::text]));

CREATE INDEX lead_activities_partitioned_type_idx ON ONLY public.lead_activities_partitioned USING btree (activity_type);

CREATE INDEX lead_activities_default_activity_type_idx ON public.lead_activities_default USING btree (activity_type);

CREATE INDEX lead_activities_partitioned_lead_idx ON ONLY public.lead_activities_partitioned USING btree (lead_id, created_at);

CREATE INDEX lead_activities_default_lead_id_created_at_idx ON public.lead_activities_default USING btree (lead_id, created_at);

CREATE UNIQUE INDEX lead_analytics_key ON public.lead_analytics USING btree (workspace_id, source, status, month);

CREATE INDEX lead_segments_workspace_idx ON public.lead_segments USING btree (workspace_id);

CREATE INDEX leads_workspace_status_idx ON public.leads USING btree (workspace_id, status);

CREATE INDEX maintenance_runs_failed_idx ON public.maintenance_runs USING btree (started_at) WHERE failed;

CREATE INDEX webhook_logs_webhook_idx ON public.webhook_logs USING btree (webhook_id);

CREATE INDEX webhook_logs_workspace_idx ON public.webhook_logs USING btree (workspace_id);

CREATE INDEX webhooks_workspace_idx ON public.webhooks USING btree (workspace_id);

CREATE INDEX workspace_members_user_idx ON public.workspace_members USING btree (user_id);

ALTER INDEX public.email_sends_partitioned_pending_idx ATTACH PARTITION public.email_sends_default_campaign_id_idx;

ALTER INDEX public.email_sends_partitioned_campaign_id_lead_id_created_at_key ATTACH PARTITION public.email_sends_default_campaign_id_lead_id_created_at_key;

ALTER INDEX public.email_sends_partitioned_lead_idx ATTACH PARTITION public.email_sends_default_lead_id_idx;

ALTER INDEX public.email_sends_partitioned_pkey ATTACH PARTITION public.email_sends_default_pkey;

ALTER INDEX public.email_sends_partitioned_provider_idx ATTACH PARTITION public.email_sends_default_provider_message_id_idx;

ALTER INDEX public.email_sends_partitioned_workspace_idx ATTACH PARTITION public.email_sends_default_workspace_id_created_at_idx;

ALTER INDEX public.lead_activities_partitioned_type_idx ATTACH PARTITION public.lead_activities_default_activity_type_idx;

ALTER INDEX public.lead_activities_partitioned_lead_idx ATTACH PARTITION public.lead_activities_default_lead_id_created_at_idx;

ALTER INDEX public.lead_activities_partitioned_pkey ATTACH PARTITION public.lead_activities_default_pkey;

CREATE TRIGGER audit_deletion AFTER DELETE ON public.api_keys REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION public.audit_deletion('api_key');

CREATE TRIGGER audit_deletion AFTER DELETE ON public.automation_executions REFERENCING OLD TABLE AS gone FOR EACH STATEMENT WHEN ((CURRENT_USER <> 'mailgenius_owner'::name)) EXECUTE FUNCTION public.audit_deletion('automation_execution');

CREATE TRIGGER audit_deletion AFTER DELETE ON public.automation_flows REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION public.audit_deletion('automation_flow');

CREATE TRIGGER audit_deletion AFTER DELETE ON public.campaigns REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION public.audit_deletion('campaign');

CREATE TRIGGER audit_deletion AFTER DELETE ON public.email_sends_partitioned REFERENCING OLD TABLE AS gone FOR EACH STATEMENT WHEN ((CURRENT_USER <> 'mailgenius_owner'::name)) EXECUTE FUNCTION public.audit_deletion('email_send');

CREATE TRIGGER audit_deletion AFTER DELETE ON public.email_templates REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION public.audit_deletion('email_template');

CREATE TRIGGER audit_deletion AFTER DELETE ON public.lead_activities_partitioned REFERENCING OLD TABLE AS gone FOR EACH STATEMENT WHEN ((CURRENT_USER <> 'mailgenius_owner'::name)) EXECUTE FUNCTION public.audit_deletion('lead_activity');

CREATE TRIGGER audit_deletion AFTER DELETE ON public.lead_segments REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION public.audit_deletion('lead_segment');

CREATE TRIGGER audit_deletion AFTER DELETE ON public.leads REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION public.audit_deletion('lead');

CREATE TRIGGER audit_deletion AFTER DELETE ON public.webhook_logs REFERENCING OLD TABLE AS gone FOR EACH STATEMENT WHEN ((CURRENT_USER <> 'mailgenius_owner'::name)) EXECUTE FUNCTION public.audit_deletion('webhook_log');

CREATE TRIGGER audit_deletion AFTER DELETE ON public.webhooks REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION public.audit_deletion('webhook');

CREATE TRIGGER audit_truncation AFTER TRUNCATE ON public.api_keys FOR EACH STATEMENT EXECUTE FUNCTION public.audit_truncation();

CREATE TRIGGER audit_truncation AFTER TRUNCATE ON public.automation_executions FOR EACH STATEMENT EXECUTE FUNCTION public.audit_truncation();

CREATE TRIGGER audit_truncation AFTER TRUNCATE ON public.automation_flows FOR EACH STATEMENT EXECUTE FUNCTION public.audit_truncation();

CREATE TRIGGER audit_truncation AFTER TRUNCATE ON public.campaigns FOR EACH STATEMENT EXECUTE FUNCTION public.audit_truncation();

CREATE TRIGGER audit_truncation AFTER TRUNCATE ON public.email_sends_partitioned FOR EACH STATEMENT EXECUTE FUNCTION public.audit_truncation();

CREATE TRIGGER audit_truncation AFTER TRUNCATE ON public.email_templates FOR EACH STATEMENT EXECUTE FUNCTION public.audit_truncation();

CREATE TRIGGER audit_truncation AFTER TRUNCATE ON public.lead_activities_partitioned FOR EACH STATEMENT EXECUTE FUNCTION public.audit_truncation();

CREATE TRIGGER audit_truncation AFTER TRUNCATE ON public.lead_segments FOR EACH STATEMENT EXECUTE FUNCTION public.audit_truncation();

CREATE TRIGGER audit_truncation AFTER TRUNCATE ON public.leads FOR EACH STATEMENT EXECUTE FUNCTION public.audit_truncation();

CREATE TRIGGER audit_truncation AFTER TRUNCATE ON public.webhook_logs FOR EACH STATEMENT EXECUTE FUNCTION public.audit_truncation();

CREATE TRIGGER audit_truncation AFTER TRUNCATE ON public.webhooks FOR EACH STATEMENT EXECUTE FUNCTION public.audit_truncation();

CREATE TRIGGER insert_send_by_old_name INSTEAD OF INSERT ON public.email_sends FOR EACH ROW EXECUTE FUNCTION public.insert_send_by_old_name();

CREATE TRIGGER keep_sends_created_at BEFORE UPDATE OF sends_created_at ON public.campaigns FOR EACH ROW WHEN (((old.sends_created_at IS DISTINCT FROM new.sends_created_at) AND (old.sends_created_at IS NOT NULL) AND (NOT pg_has_role(CURRENT_USER, 'mailgenius_owner'::name, 'MEMBER'::text)))) EXECUTE FUNCTION public.keep_sends_created_at();

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

ALTER TABLE ONLY public.campaign_metric_changes
    ADD CONSTRAINT campaign_metric_changes_campaign_id_fkey FOREIGN KEY (campaign_id) REFERENCES public.campaigns(id) ON DELETE CASCADE;

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

ALTER TABLE public.campaign_metric_changes ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.campaigns ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.email_sends_default ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.email_sends_partitioned ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.email_templates ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.lead_activities_default ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.lead_activities_partitioned ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.lead_segments ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.leads ENABLE ROW LEVEL SECURITY;

CREATE POLICY parents ON public.automation_executions AS RESTRICTIVE FOR INSERT WITH CHECK (((EXISTS ( SELECT
   FROM public.automation_flows parent
  WHERE (parent.id = automation_executions.flow_id))) AND (EXISTS ( SELECT
   FROM public.leads parent
  WHERE (parent.id = automation_executions.lead_id)))));

CREATE POLICY parents ON public.campaigns AS RESTRICTIVE USING (true) WITH CHECK ((((template_id IS NULL) OR (EXISTS ( SELECT
   FROM public.email_templates parent
  WHERE (parent.id = campaigns.template_id)))) AND ((segment_id IS NULL) OR (EXISTS ( SELECT
   FROM public.lead_segments parent
  WHERE (parent.id = campaigns.segment_id))))));

CREATE POLICY parents ON public.email_sends_partitioned AS RESTRICTIVE FOR INSERT WITH CHECK (((EXISTS ( SELECT
   FROM public.campaigns parent
  WHERE ((parent.id = email_sends_partitioned.campaign_id) AND (parent.sends_created_at = email_sends_partitioned.created_at)))) AND (created_at >= COALESCE(( SELECT schedule_horizon.moment
   FROM public.schedule_horizon), '-infinity'::timestamp with time zone)) AND (EXISTS ( SELECT
   FROM public.leads parent
  WHERE (parent.id = email_sends_partitioned.lead_id)))));

CREATE POLICY parents ON public.lead_activities_partitioned AS RESTRICTIVE FOR INSERT WITH CHECK ((EXISTS ( SELECT
   FROM public.leads parent
  WHERE (parent.id = lead_activities_partitioned.lead_id))));

CREATE POLICY parents ON public.webhook_logs AS RESTRICTIVE FOR INSERT WITH CHECK ((EXISTS ( SELECT
   FROM public.webhooks parent
  WHERE (parent.id = webhook_logs.webhook_id))));

ALTER TABLE public.users ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.webhook_logs ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.webhooks ENABLE ROW LEVEL SECURITY;

CREATE POLICY workspace ON public.api_keys USING ((workspace_id = ( SELECT public.current_workspace_id() AS current_workspace_id)));

CREATE POLICY workspace ON public.audit_logs USING ((workspace_id = ( SELECT public.current_workspace_id() AS current_workspace_id)));

CREATE POLICY workspace ON public.automation_executions USING ((workspace_id = ( SELECT public.current_workspace_id() AS current_workspace_id)));

CREATE POLICY workspace ON public.automation_flows USING ((workspace_id = ( SELECT public.current_workspace_id() AS current_workspace_id)));

CREATE POLICY workspace ON public.campaign_metric_changes USING ((workspace_id = ( SELECT public.current_workspace_id() AS current_workspace_id)));

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

REVOKE ALL ON PROCEDURE public.add_references() FROM PUBLIC;

REVOKE ALL ON FUNCTION public.alert_failed_jobs() FROM PUBLIC;

REVOKE ALL ON FUNCTION public.alert_slow_queries() FROM PUBLIC;

REVOKE ALL ON FUNCTION public.alert_stale_views() FROM PUBLIC;

REVOKE ALL ON FUNCTION public.analytics_periods(p_from date, p_to date, p_period text, p_time_zone text) FROM PUBLIC;

REVOKE ALL ON FUNCTION public.analyze_tables() FROM PUBLIC;

REVOKE ALL ON FUNCTION public.apply_changes(p_source regclass, p_target regclass, p_limit bigint) FROM PUBLIC;

REVOKE ALL ON FUNCTION public.assert_workspace_access(p_workspace_id uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION public.audit_deletion() FROM PUBLIC;

REVOKE ALL ON FUNCTION public.audit_policy_change() FROM PUBLIC;

REVOKE ALL ON FUNCTION public.audit_policy_loss() FROM PUBLIC;

REVOKE ALL ON FUNCTION public.audit_truncation() FROM PUBLIC;

REVOKE ALL ON FUNCTION public.batch_update_campaign_metrics(p_workspace_id uuid, p_metrics jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION public.batch_update_campaign_metrics(p_workspace_id uuid, p_metrics jsonb) TO mailgenius_app;

REVOKE ALL ON FUNCTION public.batch_update_email_status(p_workspace_id uuid, p_events jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION public.batch_update_email_status(p_workspace_id uuid, p_events jsonb) TO mailgenius_app;

REVOKE ALL ON FUNCTION public.bulk_insert_leads(p_workspace_id uuid, p_leads_json jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION public.bulk_insert_leads(p_workspace_id uuid, p_leads_json jsonb) TO mailgenius_app;

REVOKE ALL ON FUNCTION public.bulk_schedule_email_sends(p_campaign_id uuid, p_workspace_id uuid, p_lead_ids uuid[]) FROM PUBLIC;
GRANT ALL ON FUNCTION public.bulk_schedule_email_sends(p_campaign_id uuid, p_workspace_id uuid, p_lead_ids uuid[]) TO mailgenius_app;

REVOKE ALL ON FUNCTION public.campaign_metric_fault(p_metric jsonb, p_workspace_id uuid) FROM PUBLIC;

REVOKE ALL ON PROCEDURE public.catch_up(IN p_source regclass, IN p_target regclass, IN p_rest bigint, IN p_batch bigint) FROM PUBLIC;

REVOKE ALL ON FUNCTION public.check_alerts() FROM PUBLIC;
GRANT ALL ON FUNCTION public.check_alerts() TO mailgenius_readonly;

REVOKE ALL ON FUNCTION public.clean_pending_lists(p_table regclass) FROM PUBLIC;

REVOKE ALL ON FUNCTION public.cleanup_job_runs(p_retention_days integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION public.cleanup_old_email_sends(p_retention_days integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION public.close_partitions(p_table text) FROM PUBLIC;

REVOKE ALL ON PROCEDURE public.copy_rows(IN p_source regclass, IN p_target regclass, IN p_blocks integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION public.count_leads_optimized(p_workspace_id uuid, p_term text, p_status text, p_source text, p_tags text[], p_total text) FROM PUBLIC;
GRANT ALL ON FUNCTION public.count_leads_optimized(p_workspace_id uuid, p_term text, p_status text, p_source text, p_tags text[], p_total text) TO mailgenius_app;

REVOKE ALL ON FUNCTION public.count_segmented_leads(p_workspace_id uuid, p_segment_conditions jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION public.count_segmented_leads(p_workspace_id uuid, p_segment_conditions jsonb) TO mailgenius_app;

REVOKE ALL ON FUNCTION public.create_monthly_partitions(p_months_ahead integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION public.current_workspace_id() FROM PUBLIC;
GRANT ALL ON FUNCTION public.current_workspace_id() TO mailgenius_app;
GRANT ALL ON FUNCTION public.current_workspace_id() TO mailgenius_readonly;

REVOKE ALL ON FUNCTION public.delete_in_batches(p_partition oid, p_rows text) FROM PUBLIC;

REVOKE ALL ON PROCEDURE public.drop_old_table(IN p_name text) FROM PUBLIC;

REVOKE ALL ON FUNCTION public.email_event_fault(p_event jsonb) FROM PUBLIC;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.leads TO mailgenius_app;
GRANT SELECT ON TABLE public.leads TO mailgenius_readonly;

REVOKE ALL ON FUNCTION public.export_segmented_leads(p_workspace_id uuid, p_segment_conditions jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION public.export_segmented_leads(p_workspace_id uuid, p_segment_conditions jsonb) TO mailgenius_app;

REVOKE ALL ON FUNCTION public.fast_bulk_lead_import(p_workspace_id uuid, p_leads_json jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION public.fast_bulk_lead_import(p_workspace_id uuid, p_leads_json jsonb) TO mailgenius_app;

REVOKE ALL ON FUNCTION public.field_terms(p_fields jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION public.field_terms(p_fields jsonb) TO mailgenius_app;

REVOKE ALL ON FUNCTION public.find_lead_by_email(p_workspace_id uuid, p_email public.citext) FROM PUBLIC;
GRANT ALL ON FUNCTION public.find_lead_by_email(p_workspace_id uuid, p_email public.citext) TO mailgenius_app;

REVOKE ALL ON FUNCTION public.first_moment_of(p_local timestamp without time zone, p_time_zone text) FROM PUBLIC;

REVOKE ALL ON FUNCTION public.fold_campaign_metrics() FROM PUBLIC;

REVOKE ALL ON FUNCTION public.get_campaign_analytics(p_workspace_id uuid, p_campaign_id uuid, p_from date, p_to date, p_period text, p_time_zone text) FROM PUBLIC;
GRANT ALL ON FUNCTION public.get_campaign_analytics(p_workspace_id uuid, p_campaign_id uuid, p_from date, p_to date, p_period text, p_time_zone text) TO mailgenius_app;

REVOKE ALL ON FUNCTION public.get_connection_pool_status() FROM PUBLIC;
GRANT ALL ON FUNCTION public.get_connection_pool_status() TO mailgenius_readonly;

REVOKE ALL ON FUNCTION public.get_database_performance_metrics() FROM PUBLIC;
GRANT ALL ON FUNCTION public.get_database_performance_metrics() TO mailgenius_readonly;

REVOKE ALL ON FUNCTION public.get_lead_growth_analytics(p_workspace_id uuid, p_from date, p_to date, p_period text, p_time_zone text) FROM PUBLIC;
GRANT ALL ON FUNCTION public.get_lead_growth_analytics(p_workspace_id uuid, p_from date, p_to date, p_period text, p_time_zone text) TO mailgenius_app;

REVOKE ALL ON FUNCTION public.get_query_performance_stats() FROM PUBLIC;
GRANT ALL ON FUNCTION public.get_query_performance_stats() TO mailgenius_readonly;

REVOKE ALL ON FUNCTION public.get_segmented_leads(p_workspace_id uuid, p_segment_conditions jsonb, p_limit integer, p_offset integer) FROM PUBLIC;
GRANT ALL ON FUNCTION public.get_segmented_leads(p_workspace_id uuid, p_segment_conditions jsonb, p_limit integer, p_offset integer) TO mailgenius_app;

REVOKE ALL ON FUNCTION public.hand_to_partman(p_table text) FROM PUBLIC;

REVOKE ALL ON FUNCTION public.insert_send_by_old_name() FROM PUBLIC;

REVOKE ALL ON FUNCTION public.install_partman() FROM PUBLIC;

REVOKE ALL ON FUNCTION public.is_open_partition(p_partition oid) FROM PUBLIC;

REVOKE ALL ON FUNCTION public.is_partman_managed(p_table text) FROM PUBLIC;

REVOKE ALL ON FUNCTION public.is_referred_to(p_table text) FROM PUBLIC;

REVOKE ALL ON FUNCTION public.is_waited_for() FROM PUBLIC;

REVOKE ALL ON FUNCTION public.json_text_is_uuid(p_value jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION public.keep_sends_created_at() FROM PUBLIC;

REVOKE ALL ON FUNCTION public.lead_filter(p_workspace_id uuid, p_term text, p_status text, p_source text, p_tags text[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION public.lead_import_changes(p_lead public.leads, p_name text, p_phone text, p_company text, p_position text, p_status text, p_tags text[], p_custom_fields jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION public.lead_import_fault(p_lead jsonb, p_email text) FROM PUBLIC;

REVOKE ALL ON FUNCTION public.like_literal(p_text text) FROM PUBLIC;

REVOKE ALL ON FUNCTION public.lock_for_partitions(p_table text) FROM PUBLIC;

REVOKE ALL ON FUNCTION public.lock_in_order(p_tables regclass[], p_mode text, p_patience interval) FROM PUBLIC;

REVOKE ALL ON FUNCTION public.lock_wait() FROM PUBLIC;

REVOKE ALL ON FUNCTION public.log_migration_change() FROM PUBLIC;

REVOKE ALL ON FUNCTION public.long_text_fault(VARIADIC p_texts text[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION public.make_partition(p_table text, p_partition text, p_month timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION public.migration_step(p_source regclass) FROM PUBLIC;

REVOKE ALL ON FUNCTION public.own_partman_row(p_table text) FROM PUBLIC;

REVOKE ALL ON FUNCTION public.partition_range(p_partition oid) FROM PUBLIC;
GRANT ALL ON FUNCTION public.partition_range(p_partition oid) TO mailgenius_readonly;

REVOKE ALL ON FUNCTION public.partition_references() FROM PUBLIC;

REVOKE ALL ON FUNCTION public.partman_obstacle(p_table text) FROM PUBLIC;

REVOKE ALL ON FUNCTION public.partman_partition_name(p_table text, p_month timestamp without time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION public.partman_schema() FROM PUBLIC;

REVOKE ALL ON FUNCTION public.perform_maintenance_tasks() FROM PUBLIC;

REVOKE ALL ON FUNCTION public.prove_equal(p_source regclass, p_target regclass, p_ids uuid[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION public.prove_tables() FROM PUBLIC;

REVOKE ALL ON FUNCTION public.refresh_analytics_views() FROM PUBLIC;

REVOKE ALL ON FUNCTION public.refuse_dependents(p_source regclass) FROM PUBLIC;

REVOKE ALL ON FUNCTION public.sample_index_reads() FROM PUBLIC;

REVOKE ALL ON FUNCTION public.sample_table_sizes() FROM PUBLIC;

REVOKE ALL ON FUNCTION public.schedule_jobs() FROM PUBLIC;

REVOKE ALL ON FUNCTION public.search_leads_optimized(p_workspace_id uuid, p_term text, p_status text, p_source text, p_tags text[], p_after_created_at timestamp with time zone, p_after_id uuid, p_limit integer) FROM PUBLIC;
GRANT ALL ON FUNCTION public.search_leads_optimized(p_workspace_id uuid, p_term text, p_status text, p_source text, p_tags text[], p_after_created_at timestamp with time zone, p_after_id uuid, p_limit integer) TO mailgenius_app;

REVOKE ALL ON FUNCTION public.segment_accepts(p_value jsonb, p_expected text) FROM PUBLIC;

REVOKE ALL ON FUNCTION public.segment_condition(p_condition jsonb, p_path text, p_words text) FROM PUBLIC;

REVOKE ALL ON FUNCTION public.segment_field_equals(p_key text, p_value jsonb, p_words text) FROM PUBLIC;

REVOKE ALL ON FUNCTION public.segment_first_moment(p_date text) FROM PUBLIC;

REVOKE ALL ON FUNCTION public.segment_is_date(p_text text) FROM PUBLIC;

REVOKE ALL ON FUNCTION public.segment_is_indexed(p_node jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION public.segment_not_after(p_column text, p_date text) FROM PUBLIC;

REVOKE ALL ON FUNCTION public.segment_not_before(p_column text, p_date text) FROM PUBLIC;

REVOKE ALL ON FUNCTION public.segment_refuse(p_path text, p_problem text) FROM PUBLIC;

REVOKE ALL ON FUNCTION public.segment_size_fault(p_segment jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION public.segment_term_share(p_term text) FROM PUBLIC;

REVOKE ALL ON FUNCTION public.segment_texts(p_value jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION public.segment_where(p_segment jsonb, p_path text, p_depth integer, p_words text) FROM PUBLIC;

REVOKE ALL ON FUNCTION public.session_user_id() FROM PUBLIC;

REVOKE ALL ON PROCEDURE public.set_first_moments() FROM PUBLIC;

REVOKE ALL ON FUNCTION public.set_updated_at() FROM PUBLIC;

REVOKE ALL ON FUNCTION public.setup_partman() FROM PUBLIC;

REVOKE ALL ON FUNCTION public.statement_times() FROM PUBLIC;

REVOKE ALL ON FUNCTION public.switch_table(p_source regclass, p_target regclass, p_on_insert text) FROM PUBLIC;

REVOKE ALL ON FUNCTION public.try_lock_tables(p_attempts integer, VARIADIC p_locks text[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION public.watch_changes(p_source regclass) FROM PUBLIC;

GRANT ALL ON TABLE partman.custom_time_partitions TO mailgenius_owner;

GRANT ALL ON TABLE partman.part_config TO mailgenius_owner;

GRANT ALL ON TABLE partman.part_config_sub TO mailgenius_owner;

GRANT ALL ON TABLE partman.table_privs TO mailgenius_owner;

GRANT SELECT ON TABLE public.alert_thresholds TO mailgenius_readonly;

GRANT SELECT ON TABLE public.analytics_refreshes TO mailgenius_app;
GRANT SELECT ON TABLE public.analytics_refreshes TO mailgenius_readonly;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.api_keys TO mailgenius_app;
GRANT SELECT ON TABLE public.api_keys TO mailgenius_readonly;

GRANT SELECT ON TABLE public.audit_logs TO mailgenius_app;
GRANT SELECT ON TABLE public.audit_logs TO mailgenius_readonly;

GRANT SELECT,INSERT,DELETE ON TABLE public.automation_executions TO mailgenius_app;
GRANT SELECT ON TABLE public.automation_executions TO mailgenius_readonly;

GRANT UPDATE(status) ON TABLE public.automation_executions TO mailgenius_app;

GRANT UPDATE(state) ON TABLE public.automation_executions TO mailgenius_app;

GRANT UPDATE(started_at) ON TABLE public.automation_executions TO mailgenius_app;

GRANT UPDATE(finished_at) ON TABLE public.automation_executions TO mailgenius_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.automation_flows TO mailgenius_app;
GRANT SELECT ON TABLE public.automation_flows TO mailgenius_readonly;

GRANT SELECT ON TABLE public.campaign_metric_changes TO mailgenius_app;
GRANT SELECT ON TABLE public.campaign_metric_changes TO mailgenius_readonly;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.campaigns TO mailgenius_app;
GRANT SELECT ON TABLE public.campaigns TO mailgenius_readonly;

GRANT SELECT ON TABLE public.campaign_metrics TO mailgenius_app;
GRANT SELECT ON TABLE public.campaign_metrics TO mailgenius_readonly;

GRANT SELECT ON TABLE public.current_index_reads TO mailgenius_readonly;

GRANT SELECT ON TABLE public.current_table_sizes TO mailgenius_readonly;

GRANT SELECT,INSERT,DELETE ON TABLE public.email_sends_partitioned TO mailgenius_app;
GRANT SELECT ON TABLE public.email_sends_partitioned TO mailgenius_readonly;

GRANT UPDATE(email) ON TABLE public.email_sends_partitioned TO mailgenius_app;

GRANT UPDATE(status) ON TABLE public.email_sends_partitioned TO mailgenius_app;

GRANT UPDATE(provider_message_id) ON TABLE public.email_sends_partitioned TO mailgenius_app;

GRANT UPDATE(sent_at) ON TABLE public.email_sends_partitioned TO mailgenius_app;

GRANT UPDATE(delivered_at) ON TABLE public.email_sends_partitioned TO mailgenius_app;

GRANT UPDATE(opened_at) ON TABLE public.email_sends_partitioned TO mailgenius_app;

GRANT UPDATE(clicked_at) ON TABLE public.email_sends_partitioned TO mailgenius_app;

GRANT UPDATE(bounced_at) ON TABLE public.email_sends_partitioned TO mailgenius_app;

GRANT UPDATE(unsubscribed_at) ON TABLE public.email_sends_partitioned TO mailgenius_app;

GRANT UPDATE(complained_at) ON TABLE public.email_sends_partitioned TO mailgenius_app;

GRANT UPDATE(failed_at) ON TABLE public.email_sends_partitioned TO mailgenius_app;

GRANT SELECT,INSERT,DELETE ON TABLE public.email_sends TO mailgenius_app;
GRANT SELECT ON TABLE public.email_sends TO mailgenius_readonly;

GRANT UPDATE(email) ON TABLE public.email_sends TO mailgenius_app;

GRANT UPDATE(status) ON TABLE public.email_sends TO mailgenius_app;

GRANT UPDATE(provider_message_id) ON TABLE public.email_sends TO mailgenius_app;

GRANT UPDATE(sent_at) ON TABLE public.email_sends TO mailgenius_app;

GRANT UPDATE(delivered_at) ON TABLE public.email_sends TO mailgenius_app;

GRANT UPDATE(opened_at) ON TABLE public.email_sends TO mailgenius_app;

GRANT UPDATE(clicked_at) ON TABLE public.email_sends TO mailgenius_app;

GRANT UPDATE(bounced_at) ON TABLE public.email_sends TO mailgenius_app;

GRANT UPDATE(unsubscribed_at) ON TABLE public.email_sends TO mailgenius_app;

GRANT UPDATE(complained_at) ON TABLE public.email_sends TO mailgenius_app;

GRANT UPDATE(failed_at) ON TABLE public.email_sends TO mailgenius_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.email_templates TO mailgenius_app;
GRANT SELECT ON TABLE public.email_templates TO mailgenius_readonly;

GRANT SELECT ON TABLE public.index_reads TO mailgenius_readonly;

GRANT SELECT ON TABLE public.index_usage TO mailgenius_readonly;

GRANT SELECT,INSERT,DELETE ON TABLE public.lead_activities_partitioned TO mailgenius_app;
GRANT SELECT ON TABLE public.lead_activities_partitioned TO mailgenius_readonly;

GRANT UPDATE(activity_type) ON TABLE public.lead_activities_partitioned TO mailgenius_app;

GRANT UPDATE(data) ON TABLE public.lead_activities_partitioned TO mailgenius_app;

GRANT SELECT,INSERT,DELETE ON TABLE public.lead_activities TO mailgenius_app;
GRANT SELECT ON TABLE public.lead_activities TO mailgenius_readonly;

GRANT UPDATE(activity_type) ON TABLE public.lead_activities TO mailgenius_app;

GRANT UPDATE(data) ON TABLE public.lead_activities TO mailgenius_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.lead_segments TO mailgenius_app;
GRANT SELECT ON TABLE public.lead_segments TO mailgenius_readonly;

GRANT SELECT ON TABLE public.maintenance_jobs TO mailgenius_readonly;

GRANT SELECT ON TABLE public.maintenance_runs TO mailgenius_readonly;

GRANT SELECT ON TABLE public.migration_progress TO mailgenius_readonly;

GRANT SELECT ON TABLE public.monthly_partitions TO mailgenius_readonly;

GRANT SELECT ON TABLE public.partition_ranges TO mailgenius_app;
GRANT SELECT ON TABLE public.partition_ranges TO mailgenius_readonly;

GRANT SELECT ON TABLE public.partition_health TO mailgenius_readonly;

GRANT SELECT ON TABLE public.retention_policies TO mailgenius_readonly;

GRANT SELECT ON TABLE public.schedule_horizon TO mailgenius_app;
GRANT SELECT ON TABLE public.schedule_horizon TO mailgenius_readonly;

GRANT SELECT ON TABLE public.table_sizes TO mailgenius_readonly;

GRANT SELECT ON TABLE public.table_growth TO mailgenius_readonly;

GRANT SELECT ON TABLE public.users TO mailgenius_app;
GRANT SELECT ON TABLE public.users TO mailgenius_readonly;

GRANT SELECT,INSERT,DELETE ON TABLE public.webhook_logs TO mailgenius_app;
GRANT SELECT ON TABLE public.webhook_logs TO mailgenius_readonly;

GRANT UPDATE(event) ON TABLE public.webhook_logs TO mailgenius_app;

GRANT UPDATE(payload) ON TABLE public.webhook_logs TO mailgenius_app;

GRANT UPDATE(response_code) ON TABLE public.webhook_logs TO mailgenius_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.webhooks TO mailgenius_app;
GRANT SELECT ON TABLE public.webhooks TO mailgenius_readonly;

GRANT SELECT ON TABLE public.workspace_campaign_performance TO mailgenius_app;
GRANT SELECT ON TABLE public.workspace_campaign_performance TO mailgenius_readonly;

GRANT SELECT ON TABLE public.workspace_lead_analytics TO mailgenius_app;
GRANT SELECT ON TABLE public.workspace_lead_analytics TO mailgenius_readonly;

GRANT SELECT ON TABLE public.workspace_members TO mailgenius_app;
GRANT SELECT ON TABLE public.workspace_members TO mailgenius_readonly;

GRANT SELECT ON TABLE public.workspaces TO mailgenius_app;
GRANT SELECT ON TABLE public.workspaces TO mailgenius_readonly;

GRANT UPDATE(name) ON TABLE public.workspaces TO mailgenius_app;

GRANT UPDATE(settings) ON TABLE public.workspaces TO mailgenius_app;

CREATE EVENT TRIGGER mailgenius_policy_change ON ddl_command_end
         WHEN TAG IN ('CREATE POLICY', 'ALTER POLICY', 'DROP POLICY', 'ALTER TABLE', 'CREATE FUNCTION', 'ALTER FUNCTION', 'ALTER ROUTINE', 'DROP OWNED')
   EXECUTE FUNCTION public.audit_policy_change();

ALTER EVENT TRIGGER mailgenius_policy_change OWNER TO bench;

CREATE EVENT TRIGGER mailgenius_policy_loss ON sql_drop
   EXECUTE FUNCTION public.audit_policy_loss();

ALTER EVENT TRIGGER mailgenius_policy_loss OWNER TO bench;
