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
    CONSTRAINT leads_custom_fields_check CHECK ((jsonb_typeof(custom_fields) = 'object'::text)),
    CONSTRAINT leads_source_check CHECK ((source = ANY (ARRAY['form'::text, 'import'::text, 'api'::text, 'webhook'::text, 'manual'::text]))),
    CONSTRAINT leads_status_check CHECK ((status = ANY (ARRAY['active'::text, 'unsubscribed'::text, 'bounced'::text, 'complained'::text]))),
    CONSTRAINT leads_tags_check CHECK (((cardinality(tags) = 0) OR ((array_ndims(tags) = 1) AND (array_position(tags, NULL::text) IS NULL))))
);
ALTER TABLE ONLY public.leads ALTER COLUMN email SET STATISTICS 1000;
ALTER TABLE ONLY public.leads ALTER COLUMN name SET STATISTICS 1000;
ALTER TABLE ONLY public.leads ALTER COLUMN company SET STATISTICS 1000;

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

ALTER TABLE ONLY public.partition_ranges
    ADD CONSTRAINT partition_ranges_pkey PRIMARY KEY (table_name);

ALTER TABLE ONLY public.retention_policies
    ADD CONSTRAINT retention_policies_pkey PRIMARY KEY (table_name);

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

CREATE INDEX lead_segments_workspace_idx ON public.lead_segments USING btree (workspace_id);

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

ALTER INDEX public.email_sends_partitioned_workspace_idx ATTACH PARTITION public.email_sends_default_workspace_id_created_at_idx;

ALTER INDEX public.lead_activities_partitioned_type_idx ATTACH PARTITION public.lead_activities_default_activity_type_idx;

ALTER INDEX public.lead_activities_partitioned_lead_idx ATTACH PARTITION public.lead_activities_default_lead_id_created_at_idx;

ALTER INDEX public.lead_activities_partitioned_pkey ATTACH PARTITION public.lead_activities_default_pkey;

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

REVOKE ALL ON FUNCTION public.apply_changes(p_source regclass, p_target regclass, p_limit bigint) FROM PUBLIC;

REVOKE ALL ON PROCEDURE public.catch_up(IN p_source regclass, IN p_target regclass, IN p_rest bigint, IN p_batch bigint) FROM PUBLIC;

REVOKE ALL ON FUNCTION public.close_partitions(p_table text) FROM PUBLIC;

REVOKE ALL ON PROCEDURE public.copy_rows(IN p_source regclass, IN p_target regclass, IN p_blocks integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION public.create_monthly_partitions(p_months_ahead integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION public.current_workspace_id() FROM PUBLIC;
GRANT ALL ON FUNCTION public.current_workspace_id() TO mailgenius_app;
GRANT ALL ON FUNCTION public.current_workspace_id() TO mailgenius_readonly;

REVOKE ALL ON PROCEDURE public.drop_old_table(IN p_name text) FROM PUBLIC;

REVOKE ALL ON FUNCTION public.field_terms(p_fields jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION public.field_terms(p_fields jsonb) TO mailgenius_app;

REVOKE ALL ON FUNCTION public.hand_to_partman(p_table text) FROM PUBLIC;

REVOKE ALL ON FUNCTION public.insert_send_by_old_name() FROM PUBLIC;

REVOKE ALL ON FUNCTION public.install_partman() FROM PUBLIC;

REVOKE ALL ON FUNCTION public.is_open_partition(p_partition oid) FROM PUBLIC;

REVOKE ALL ON FUNCTION public.is_partman_managed(p_table text) FROM PUBLIC;

REVOKE ALL ON FUNCTION public.is_referred_to(p_table text) FROM PUBLIC;

REVOKE ALL ON FUNCTION public.is_waited_for() FROM PUBLIC;

REVOKE ALL ON FUNCTION public.keep_sends_created_at() FROM PUBLIC;

REVOKE ALL ON FUNCTION public.lock_for_partitions(p_table text) FROM PUBLIC;

REVOKE ALL ON FUNCTION public.lock_in_order(p_tables regclass[], p_mode text, p_patience interval) FROM PUBLIC;

REVOKE ALL ON FUNCTION public.lock_wait() FROM PUBLIC;

REVOKE ALL ON FUNCTION public.log_migration_change() FROM PUBLIC;

REVOKE ALL ON FUNCTION public.make_partition(p_table text, p_partition text, p_month timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION public.migration_step(p_source regclass) FROM PUBLIC;

REVOKE ALL ON FUNCTION public.own_partman_row(p_table text) FROM PUBLIC;

REVOKE ALL ON FUNCTION public.partition_range(p_partition oid) FROM PUBLIC;
GRANT ALL ON FUNCTION public.partition_range(p_partition oid) TO mailgenius_readonly;

REVOKE ALL ON FUNCTION public.partition_references() FROM PUBLIC;

REVOKE ALL ON FUNCTION public.partman_obstacle(p_table text) FROM PUBLIC;

REVOKE ALL ON FUNCTION public.partman_partition_name(p_table text, p_month timestamp without time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION public.partman_schema() FROM PUBLIC;

REVOKE ALL ON FUNCTION public.prove_equal(p_source regclass, p_target regclass, p_ids uuid[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION public.prove_tables() FROM PUBLIC;

REVOKE ALL ON FUNCTION public.refuse_dependents(p_source regclass) FROM PUBLIC;

REVOKE ALL ON PROCEDURE public.set_first_moments() FROM PUBLIC;

REVOKE ALL ON FUNCTION public.set_updated_at() FROM PUBLIC;

REVOKE ALL ON FUNCTION public.setup_partman() FROM PUBLIC;

REVOKE ALL ON FUNCTION public.switch_table(p_source regclass, p_target regclass, p_on_insert text) FROM PUBLIC;

REVOKE ALL ON FUNCTION public.try_lock_tables(p_attempts integer, VARIADIC p_locks text[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION public.watch_changes(p_source regclass) FROM PUBLIC;

GRANT ALL ON TABLE partman.custom_time_partitions TO mailgenius_owner;

GRANT ALL ON TABLE partman.part_config TO mailgenius_owner;

GRANT ALL ON TABLE partman.part_config_sub TO mailgenius_owner;

GRANT ALL ON TABLE partman.table_privs TO mailgenius_owner;

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

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.campaigns TO mailgenius_app;
GRANT SELECT ON TABLE public.campaigns TO mailgenius_readonly;

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

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.leads TO mailgenius_app;
GRANT SELECT ON TABLE public.leads TO mailgenius_readonly;

GRANT SELECT ON TABLE public.migration_progress TO mailgenius_readonly;

GRANT SELECT ON TABLE public.monthly_partitions TO mailgenius_readonly;

GRANT SELECT ON TABLE public.partition_ranges TO mailgenius_app;
GRANT SELECT ON TABLE public.partition_ranges TO mailgenius_readonly;

GRANT SELECT ON TABLE public.partition_health TO mailgenius_readonly;

GRANT SELECT ON TABLE public.retention_policies TO mailgenius_readonly;

GRANT SELECT ON TABLE public.schedule_horizon TO mailgenius_app;
GRANT SELECT ON TABLE public.schedule_horizon TO mailgenius_readonly;

GRANT SELECT ON TABLE public.users TO mailgenius_app;
GRANT SELECT ON TABLE public.users TO mailgenius_readonly;

GRANT SELECT,INSERT,DELETE ON TABLE public.webhook_logs TO mailgenius_app;
GRANT SELECT ON TABLE public.webhook_logs TO mailgenius_readonly;

GRANT UPDATE(event) ON TABLE public.webhook_logs TO mailgenius_app;

GRANT UPDATE(payload) ON TABLE public.webhook_logs TO mailgenius_app;

GRANT UPDATE(response_code) ON TABLE public.webhook_logs TO mailgenius_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.webhooks TO mailgenius_app;
GRANT SELECT ON TABLE public.webhooks TO mailgenius_readonly;

GRANT SELECT ON TABLE public.workspace_members TO mailgenius_app;
GRANT SELECT ON TABLE public.workspace_members TO mailgenius_readonly;

GRANT SELECT ON TABLE public.workspaces TO mailgenius_app;
GRANT SELECT ON TABLE public.workspaces TO mailgenius_readonly;

GRANT UPDATE(name) ON TABLE public.workspaces TO mailgenius_app;

GRANT UPDATE(settings) ON TABLE public.workspaces TO mailgenius_app;
