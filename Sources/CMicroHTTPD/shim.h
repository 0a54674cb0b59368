// libmicrohttpd's declarations without its library: HTTPServer loads the library with dlopen when a server starts, so that
// nothing else pays for it.
//
// Its start and its questions about connections are variadic, and Swift cannot call a variadic function through a pointer;
// each function below takes the loaded address and calls it with one fixed list of arguments.
#ifndef DSPY_SWIFT_CMICROHTTPD_SHIM_H
#define DSPY_SWIFT_CMICROHTTPD_SHIM_H
#include <microhttpd.h>
#ifdef __linux__
#include <sys/epoll.h>
#include <sys/eventfd.h>
#endif

typedef struct MHD_Daemon *(*dspy_mhd_start_function)(
    unsigned int, uint16_t, MHD_AcceptPolicyCallback, void *, MHD_AccessHandlerCallback, void *, ...);
typedef const union MHD_ConnectionInfo *(*dspy_mhd_connection_info_function)(
    struct MHD_Connection *, enum MHD_ConnectionInfoType, ...);
typedef const union MHD_DaemonInfo *(*dspy_mhd_daemon_info_function)(
    struct MHD_Daemon *, enum MHD_DaemonInfoType, ...);
typedef void *(*dspy_mhd_target_callback)(void *, const char *, struct MHD_Connection *);
typedef void (*dspy_mhd_completed_callback)(
    void *, struct MHD_Connection *, void **, enum MHD_RequestTerminationCode);
typedef void (*dspy_mhd_connection_callback)(
    void *, struct MHD_Connection *, void **, enum MHD_ConnectionNotificationCode);

// One thread calls MHD_run; sockets are watched with epoll, connections may be suspended.
static inline struct MHD_Daemon *dspy_mhd_start(
    void *f, int socket, unsigned int connections, unsigned int idle_seconds, size_t memory,
    MHD_AcceptPolicyCallback accept, MHD_AccessHandlerCallback handle, dspy_mhd_target_callback target,
    dspy_mhd_completed_callback completed, dspy_mhd_connection_callback connection, void *context) {
    return ((dspy_mhd_start_function)f)(
        MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME, 0, accept, context, handle, context,
        MHD_OPTION_LISTEN_SOCKET, (MHD_socket)socket, MHD_OPTION_CONNECTION_LIMIT, connections,
        MHD_OPTION_CONNECTION_TIMEOUT, idle_seconds, MHD_OPTION_CONNECTION_MEMORY_LIMIT, memory,
        MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1,
        MHD_OPTION_URI_LOG_CALLBACK, target, context, MHD_OPTION_NOTIFY_COMPLETED, completed, context,
        MHD_OPTION_NOTIFY_CONNECTION, connection, context, MHD_OPTION_END);
}
static inline int dspy_mhd_socket(void *f, struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info =
        ((dspy_mhd_connection_info_function)f)(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    return info ? (int)info->connect_fd : -1;
}
// What NOTIFY_CONNECTION has put there.
static inline void *dspy_mhd_socket_context(void *f, struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info =
        ((dspy_mhd_connection_info_function)f)(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info ? info->socket_context : 0;
}
// The bytes of the head, from its method to behind its empty line.
static inline size_t dspy_mhd_head_size(void *f, struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info =
        ((dspy_mhd_connection_info_function)f)(connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
    return info ? info->header_size : 0;
}
static inline int dspy_mhd_epoll(void *f, struct MHD_Daemon *daemon) {
    const union MHD_DaemonInfo *info = ((dspy_mhd_daemon_info_function)f)(daemon, MHD_DAEMON_INFO_EPOLL_FD);
    return info ? (int)info->listen_fd : -1;
}
#endif
