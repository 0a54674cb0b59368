// SQLite's declarations without its library: DSPyClients loads the library with dlopen when a cache is first used, so
// that other commands do not pay for it at their start, and a machine without it still runs programs.
#ifndef DSPY_SWIFT_CSQLITE_SHIM_H
#define DSPY_SWIFT_CSQLITE_SHIM_H
#include <sqlite3.h>
#endif
