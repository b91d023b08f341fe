#include <jansson.h>

/* Macros that Swift cannot see. */
static inline json_type wt_json_typeof(const json_t *value) { return json_typeof(value); }
static inline int wt_json_is_true(const json_t *value) { return json_is_true(value); }
static inline void wt_json_decref(json_t *value) { json_decref(value); }
