#include <libwebsockets.h>

/* Macros with casts and with computed values, which Swift does not read. */
static inline size_t wt_lws_pre(void) { return LWS_PRE; }
static inline uint64_t wt_lws_global_tls(void) { return LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT; }
static inline uint64_t wt_lws_explicit_vhosts(void) { return LWS_SERVER_OPTION_EXPLICIT_VHOSTS; }
