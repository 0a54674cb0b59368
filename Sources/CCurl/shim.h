// libcurl's declarations without its library: DSPyClients loads the library with dlopen at the first call, because
// linking it costs about 8 ms at every process start.
//
// curl_easy_setopt and its siblings are variadic, and Swift cannot call a variadic function through a pointer; each
// function below takes the loaded address and calls it with one fixed argument kind through the variadic prototype.
#ifndef DSPY_SWIFT_CCURL_SHIM_H
#define DSPY_SWIFT_CCURL_SHIM_H
#include <curl/curl.h>
#include <fcntl.h>
#ifdef __linux__
#include <sys/epoll.h>
#include <sys/eventfd.h>
#endif

typedef CURLcode (*dspy_easy_variadic)(CURL *, int, ...);
typedef CURLMcode (*dspy_multi_variadic)(CURLM *, int, ...);
typedef size_t (*dspy_data_callback)(char *, size_t, size_t, void *);
typedef int (*dspy_socket_callback)(CURL *, curl_socket_t, int, void *, void *);
typedef int (*dspy_timer_callback)(CURLM *, long, void *);
typedef int (*dspy_close_callback)(void *, curl_socket_t);
typedef int (*dspy_before_request_callback)(void *, char *, char *, int, int);

static inline CURLcode dspy_setopt_long(void *f, CURL *h, CURLoption o, long v) {
    return ((dspy_easy_variadic)f)(h, (int)o, v);
}
static inline CURLcode dspy_setopt_off(void *f, CURL *h, CURLoption o, long long v) {
    return ((dspy_easy_variadic)f)(h, (int)o, (curl_off_t)v);
}
static inline CURLcode dspy_setopt_pointer(void *f, CURL *h, CURLoption o, const void *v) {
    return ((dspy_easy_variadic)f)(h, (int)o, v);
}
static inline CURLcode dspy_setopt_callback(void *f, CURL *h, CURLoption o, dspy_data_callback v) {
    return ((dspy_easy_variadic)f)(h, (int)o, v);
}
// CURLOPT_PREREQFUNCTION and CURLOPT_PREREQDATA by their numbers: headers before 7.80 do not name them.
static inline CURLcode dspy_setopt_before_request(void *f, CURL *h, dspy_before_request_callback v) {
    return ((dspy_easy_variadic)f)(h, CURLOPTTYPE_FUNCTIONPOINT + 312, v);
}
static inline CURLcode dspy_setopt_before_request_data(void *f, CURL *h, void *v) {
    return ((dspy_easy_variadic)f)(h, CURLOPTTYPE_OBJECTPOINT + 313, v);
}
static inline CURLcode dspy_getinfo_pointer(void *f, CURL *h, CURLINFO i, void **v) {
    return ((dspy_easy_variadic)f)(h, (int)i, v);
}
static inline CURLcode dspy_getinfo_long(void *f, CURL *h, CURLINFO i, long *v) {
    return ((dspy_easy_variadic)f)(h, (int)i, v);
}
static inline CURLMcode dspy_multi_setopt_long(void *f, CURLM *h, CURLMoption o, long v) {
    return ((dspy_multi_variadic)f)(h, (int)o, v);
}
static inline CURLMcode dspy_multi_watch_sockets(void *f, CURLM *h, dspy_socket_callback v, void *context) {
    ((dspy_multi_variadic)f)(h, (int)CURLMOPT_SOCKETDATA, context);
    return ((dspy_multi_variadic)f)(h, (int)CURLMOPT_SOCKETFUNCTION, v);
}
static inline CURLMcode dspy_multi_watch_timer(void *f, CURLM *h, dspy_timer_callback v, void *context) {
    ((dspy_multi_variadic)f)(h, (int)CURLMOPT_TIMERDATA, context);
    return ((dspy_multi_variadic)f)(h, (int)CURLMOPT_TIMERFUNCTION, v);
}
static inline CURLcode dspy_setopt_close(void *f, CURL *h, dspy_close_callback v, void *context) {
    ((dspy_easy_variadic)f)(h, (int)CURLOPT_CLOSESOCKETDATA, context);
    return ((dspy_easy_variadic)f)(h, (int)CURLOPT_CLOSESOCKETFUNCTION, v);
}
static inline CURLcode dspy_message_result(const CURLMsg *message) { return message->data.result; }

// Sockets must not leak into tool processes.
static int dspy_close_on_exec(void *context, curl_socket_t socket, curlsocktype purpose) {
    (void)context;
    (void)purpose;
    fcntl(socket, F_SETFD, FD_CLOEXEC);
    return CURL_SOCKOPT_OK;
}
static inline CURLcode dspy_setopt_close_on_exec(void *f, CURL *h) {
    return ((dspy_easy_variadic)f)(h, (int)CURLOPT_SOCKOPTFUNCTION, dspy_close_on_exec);
}
#endif
