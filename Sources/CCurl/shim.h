#include <curl/curl.h>

/* curl_easy_setopt and its relatives are variadic: one function for each type that we pass. */
typedef size_t (*wt_curl_data)(char *, size_t, size_t, void *);

static inline CURLcode wt_curl_set_long(CURL *easy, CURLoption option, long value) {
  return curl_easy_setopt(easy, option, value);
}
static inline CURLcode wt_curl_set_offset(CURL *easy, CURLoption option, curl_off_t value) {
  return curl_easy_setopt(easy, option, value);
}
static inline CURLcode wt_curl_set_string(CURL *easy, CURLoption option, const char *value) {
  return curl_easy_setopt(easy, option, value);
}
static inline CURLcode wt_curl_set_pointer(CURL *easy, CURLoption option, void *value) {
  return curl_easy_setopt(easy, option, value);
}
static inline CURLcode wt_curl_set_data(CURL *easy, CURLoption option, wt_curl_data value) {
  return curl_easy_setopt(easy, option, value);
}
static inline CURLcode wt_curl_get_long(CURL *easy, CURLINFO information, long *value) {
  return curl_easy_getinfo(easy, information, value);
}
static inline void *wt_curl_get_private(CURL *easy) {
  char *value = NULL;
  curl_easy_getinfo(easy, CURLINFO_PRIVATE, &value);
  return value;
}
static inline CURLMcode wt_curl_multi_set_long(CURLM *multi, CURLMoption option, long value) {
  return curl_multi_setopt(multi, option, value);
}
/* A union, which Swift reads as bytes only. */
static inline CURLcode wt_curl_message_result(const CURLMsg *message) { return message->data.result; }
