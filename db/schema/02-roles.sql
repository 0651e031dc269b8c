--! title: Roles of the application
\ir ../roles/roles.sql
