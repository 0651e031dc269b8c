-- Warns of each setting of the plan that takes a restart and is not as planned.
DO $$
DECLARE
  setting record;
BEGIN
  FOR setting IN
    SELECT name, planned, current_setting(name) AS present
    FROM (VALUES ('max_connections', '200'), ('shared_buffers', '512MB')) AS plan (name, planned)
    WHERE current_setting(name) <> planned
  LOOP
    RAISE WARNING '% is %, planned is %: not measured, it needs a restart and holds for the whole server',
      setting.name, setting.present, setting.planned
      USING HINT = 'db/phases/05-settings/restart.sql sets it.';
  END LOOP;
END
$$;
