// libcurl's declarations without its library: DSPyClients loads the library with dlopen at the first call, because
// linking it costs about 8 ms at every process start.
#ifndef DSPY_SWIFT_CCURL_SHIM_H
#define DSPY_SWIFT_CCURL_SHIM_H
#include <curl/curl.h>
#endif
