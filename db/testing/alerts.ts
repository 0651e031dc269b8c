/** Every alert, as tests look at it. */
export const ALERTS = 'SELECT alert, severity, value::float8, threshold::float8, object FROM check_alerts()';
