--! title: Connection pooling
--! why: A new connection is a new process on the server and a password proven anew, for each request.
--! serves: pooling
--! measured-by: connect
--! expects: A request takes a connection that is open already. Statements take as long as before.

-- Nothing to do in the database: app.ts keeps connections. get_connection_pool_status() tells how many there are.
