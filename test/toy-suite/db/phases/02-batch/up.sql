--! title: Adding in one statement
\ir add-items.sql
