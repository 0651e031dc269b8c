--! title: Server settings
--! why: PostgreSQL's defaults are for a small machine: a million rows are sorted on disk with 4 MB of memory.
--! serves: import-100k schedule-1m
--! expects: Functions that work on many rows at once sort and hash in memory. Everything else stays as it was:
--! expects: the two settings that need a restart are the same for every database of a server.

-- Of this database: sessions that begin from now on.
DO $$
DECLARE
  setting record;
BEGIN
  FOR setting IN
    SELECT * FROM (VALUES ('effective_cache_size', '2GB'),
                          ('maintenance_work_mem', '128MB'),
                          ('max_parallel_workers', '8')) AS planned (name, value)
  LOOP
    EXECUTE format('ALTER DATABASE %I SET %I = %L', current_database(), setting.name, setting.value);
  END LOOP;
END
$$;

-- Memory for bulk work is given to bulk work: with 200 connections, 128 MB for every sort of every session would be
-- 25 GB. The import has it since phase 3.
ALTER FUNCTION bulk_schedule_email_sends(uuid, uuid, uuid[]) SET work_mem = '128MB';
ALTER FUNCTION refresh_analytics_views() SET work_mem = '128MB';

-- Of the whole server, and only after a restart: restart.sql.
\ir restart_needed.sql
