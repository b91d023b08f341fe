#include <sqlite3.h>

/* SQLITE_TRANSIENT is a number cast to a function. Without bytes there would be no text but NULL. */
static inline int wt_sqlite3_bind_text(sqlite3_stmt *statement, int place, const char *bytes, int count) {
  return sqlite3_bind_text(statement, place, bytes ? bytes : "", count, SQLITE_TRANSIENT);
}
