-- The plan's settings for the whole server. As a superuser, then restart it:
--   psql -f db/phases/05-settings/restart.sql
-- On a machine with more than 2 GB of memory, 512 MB of shared buffers may be less than the server has already.
ALTER SYSTEM SET max_connections = 200;
ALTER SYSTEM SET shared_buffers = '512MB';
