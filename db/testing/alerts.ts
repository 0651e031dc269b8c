/** Every alert, as tests look at it. */
export const ALERTS = 'SELECT alert, severity, value::float8, threshold::float8, object FROM check_alerts()';

/** As if a month had passed without a read of any index. */
export const A_MONTH_UNREAD = `SELECT sample_index_reads(); UPDATE index_reads SET since = now() - interval '31 days'`;
