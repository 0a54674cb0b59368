import sys, os, json, ast, io, types, builtins, keyword, signal, resource, contextlib
# What code commonly needs is loaded before the doors close; the rest loads from Python's own folders.
import math, re, random, datetime, collections, itertools, functools, tempfile, traceback, linecache

def shut_in():
    settings = json.loads(sys.argv[1])
    temp = os.path.realpath(settings["temp"])
    os.chdir(temp)
    source = os.fdopen(os.dup(0), "rb")
    sink = os.fdopen(os.dup(1), "wb")
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    os.dup2(null, 1)
    os.close(null)
    limit = settings["memory"]
    size = settings["file_size"]
    for kind, most in ((resource.RLIMIT_AS, limit), (resource.RLIMIT_CORE, 0), (resource.RLIMIT_FSIZE, size),
        (resource.RLIMIT_NOFILE, 64)):
        # A lower limit than this one stays; a system without it (macOS and RLIMIT_AS) has to do without.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(kind, (most, most))

    roots = {os.path.realpath(p) for p in (sys.prefix, sys.base_prefix, sys.exec_prefix, sys.base_exec_prefix)}
    roots.discard("/")
    libraries = ["/usr/lib", "/usr/lib64", "/lib", "/lib64", "/usr/local/lib", "/usr/share/zoneinfo"]
    files = ["/etc/localtime", "/etc/ld.so.cache", "/dev/null", "/dev/zero", "/dev/urandom", "/dev/random"]
    readable = [os.path.realpath(p) for p in [*roots, *libraries, *files] if os.path.exists(p)]
    kernel = {"network": False, "files": False}
    try:
        import ctypes
        libc = ctypes.CDLL(None, use_errno=True)
        kernel["network"] = libc.unshare(0x10000000 | 0x40000000) == 0 or libc.unshare(0x40000000) == 0
        kernel["files"] = confine(ctypes, libc, readable, temp)
    except Exception:
        pass
    for name in [n for n in sys.modules if n.split(".")[0] in ("ctypes", "_ctypes")]:
        del sys.modules[name]
    install_hook(readable, temp, settings["files"], size)
    return settings, source, sink, kernel

def confine(ctypes, libc, readable, temp):
    syscall = libc.syscall
    syscall.restype = ctypes.c_long
    abi = syscall(444, None, ctypes.c_size_t(0), ctypes.c_uint32(1))
    if abi < 1:
        return False
    access = (1 << 13) - 1
    if abi >= 2: access |= 1 << 13
    if abi >= 3: access |= 1 << 14
    if abi >= 5: access |= 1 << 15
    class Rules(ctypes.Structure):
        _fields_ = [("fs", ctypes.c_uint64), ("net", ctypes.c_uint64), ("scoped", ctypes.c_uint64)]
    class Beneath(ctypes.Structure):
        _pack_ = 1
        _fields_ = [("access", ctypes.c_uint64), ("fd", ctypes.c_int32)]
    rules = Rules(access, 3 if abi >= 4 else 0, 3 if abi >= 6 else 0)
    size = 24 if abi >= 6 else 16 if abi >= 4 else 8
    ruleset = syscall(444, ctypes.byref(rules), ctypes.c_size_t(size), ctypes.c_uint32(0))
    if ruleset < 0:
        return False
    read, read_folder = 1 << 2, 1 << 3
    for path in [*readable, temp]:
        fd = os.open(path, os.O_PATH | os.O_CLOEXEC)
        if path == temp:
            allowed = access & ~1 & ~(1 << 6) & ~(1 << 11)
        elif os.path.isdir(path):
            allowed = read | read_folder
        elif path == os.devnull:
            allowed = read | 1 << 1
        else:
            allowed = read
        beneath = Beneath(allowed, fd)
        failed = syscall(445, ctypes.c_int(ruleset), ctypes.c_int(1), ctypes.byref(beneath), ctypes.c_uint32(0))
        os.close(fd)
        if failed:
            return False
    libc.prctl(38, ctypes.c_ulong(1), ctypes.c_ulong(0), ctypes.c_ulong(0), ctypes.c_ulong(0))
    done = syscall(446, ctypes.c_int(ruleset), ctypes.c_uint32(0)) == 0
    os.close(ruleset)
    return done

def install_hook(readable, temp, most_files, most_bytes):
    realpath, fsdecode, join, exists = os.path.realpath, os.fsdecode, os.path.join, os.path.lexists
    walk, lstat, suppress = os.walk, os.lstat, contextlib.suppress
    writing = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
    refused = ("socket.", "ctypes.", "subprocess.", "pty.", "fcntl.", "syslog.", "ftplib.", "http.client.",
        "imaplib.", "nntplib.", "poplib.", "smtplib.", "telnetlib.", "urllib.", "webbrowser.", "mmap.")
    names = {"os.system", "os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "os.startfile",
        "os.kill", "os.killpg", "os.setxattr", "os.removexattr", "sys.setprofile", "sys.settrace",
        "signal.pthread_kill", "resource.setrlimit", "resource.prlimit", "os.chroot", "os.mknod", "os.mkfifo"}
    modules = {"ctypes", "_ctypes", "_posixsubprocess", "_socket", "socket", "_multiprocessing", "_ctypes_test",
        "_testcapi", "_xxsubinterpreters", "_interpreters", "pty"}
    changing = {"os.remove", "os.rename", "os.mkdir", "os.rmdir", "os.link", "os.symlink", "os.truncate",
        "os.chmod", "os.chown", "os.utime", "shutil.rmtree", "shutil.move", "shutil.copyfile", "shutil.copytree"}
    looking = {"os.listdir", "os.scandir", "os.chdir", "os.walk", "os.getxattr", "os.listxattr", "glob.glob"}
    below_temp = (temp, temp + "/")
    below_read = tuple(p for root in readable for p in (root, root + "/"))
    def inside(path, places):
        if path is None or isinstance(path, int):
            return path is None or True
        path = realpath(fsdecode(path))
        return any(path == p or (p.endswith("/") and path.startswith(p)) for p in places)
    def make_room(path):
        count = size = 0
        for folder, folders, names in walk(temp):
            count += len(folders) + len(names)
            for name in names:
                with suppress(OSError):
                    size += lstat(join(folder, name)).st_size
        if size > most_bytes:
            raise OSError(28, f"the files here may hold {most_bytes} bytes together")
        if count >= most_files and not exists(path):
            raise OSError(28, f"there may be {most_files} files and folders here")
    def hook(event, args):
        if event == "open":
            path, mode, flags = args
            if isinstance(path, int):
                return
            writes = bool((flags or 0) & writing) if flags is not None else any(c in (mode or "") for c in "wax+")
            if writes and not inside(path, below_temp) and realpath(fsdecode(path)) != "/dev/null":
                raise PermissionError(f"writing {fsdecode(path)!r} is not allowed here")
            if writes and inside(path, below_temp):
                make_room(path)
            if not writes and not inside(path, below_temp) and not inside(path, below_read):
                raise PermissionError(f"reading {fsdecode(path)!r} is not allowed here")
        elif event == "import":
            if args[0] in modules:
                raise ImportError(f"the module {args[0]!r} is not allowed here")
        elif event in names or event.startswith(refused):
            raise PermissionError(f"{event} is not allowed here")
        elif event in changing:
            for path in args[:2] if event in ("os.rename", "os.link", "shutil.move", "shutil.copyfile") else args[:1]:
                if isinstance(path, (str, bytes)) and not inside(path, below_temp):
                    raise PermissionError(f"changing {fsdecode(path)!r} is not allowed here")
            if event in ("os.mkdir", "os.link", "os.symlink"):
                make_room(args[0] if event == "os.mkdir" else args[1])
        elif event in looking:
            path = args[0] if args else None
            if isinstance(path, (str, bytes)) and not inside(path, below_temp) and not inside(path, below_read):
                raise PermissionError(f"reading {fsdecode(path)!r} is not allowed here")
        elif event == "sqlite3.connect":
            if args[0] != ":memory:" and not inside(args[0], below_temp):
                raise PermissionError(f"opening {args[0]!r} is not allowed here")
    sys.addaudithook(hook)

class Submission(BaseException):
    pass

class Output(io.TextIOBase):
    def __init__(self, limit):
        self.parts, self.left, self.cut = [], limit, False
    def writable(self):
        return True
    def write(self, text):
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        if self.left > 0:
            self.parts.append(text[:self.left])
        self.left -= len(text)
        self.cut = self.left < 0
        return len(text)
    def text(self):
        text = "".join(self.parts).rstrip("\n")
        return text + "\n[cut here: the code printed too much]" if self.cut else text

def plain(value):
    if isinstance(value, (set, frozenset)):
        return list(value)
    raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable")

def jsonable(value):
    try:
        return json.loads(json.dumps(value, default=plain))
    except (TypeError, ValueError, RecursionError):
        return repr(value)

def describe(error):
    return f"{type(error).__name__}: {error}"

def main():
    settings, source, sink, kernel = shut_in()
    functions, outputs = settings["functions"], settings["outputs"]
    state = {"running": False, "calls": 0}

    def interrupt(number, frame):
        if state["running"]:
            raise KeyboardInterrupt
    signal.signal(signal.SIGINT, interrupt)

    def send(message):
        sink.write(json.dumps(message, default=plain).encode("utf-8", "surrogatepass") + b"\n")
        sink.flush()

    def receive():
        while True:
            line = source.readline()
            if not line:
                os._exit(0)
            try:
                return json.loads(line)
            except ValueError:
                continue

    def call(name, args, kwargs):
        state["calls"] += 1
        number = state["calls"]
        send({"type": "call", "id": number, "name": name, "args": args, "kwargs": kwargs})
        while True:
            reply = receive()
            if reply.get("type") == "reply" and reply.get("id") == number:
                if "error" in reply:
                    raise RuntimeError(reply["error"])
                return reply["value"]

    def function(name):
        def host_function(*args, **kwargs):
            return call(name, args, kwargs)
        host_function.__name__ = host_function.__qualname__ = name
        return host_function

    def submit(values):
        raise Submission(values)

    def submitter():
        # As in DSPy (primitives/runner.js) a function with the outputs for parameters: Python itself binds the
        # arguments, in its own words. Without outputs it takes one value.
        names = outputs or ["output"]
        if not all(n.isidentifier() and not keyword.iskeyword(n) for n in names):
            return lambda **values: submit(values)
        inner = "_" + max(names, key=len)
        members = ", ".join(f"{n!r}: {n}" for n in names)
        made = {inner: submit}
        exec(f"def SUBMIT({', '.join(names)}): {inner}({{{members}}})", made)
        return made["SUBMIT"]

    module = types.ModuleType("__main__")
    module.__builtins__ = builtins
    sys.modules["__main__"] = module
    sys.argv = [""]
    namespace = module.__dict__
    provided = {name: function(name) for name in functions}
    provided["SUBMIT"] = submitter()
    count = 0

    def execute(code, variables):
        nonlocal count
        namespace.update(variables)
        namespace.update(provided)
        output = Output(settings["output"])
        sys.stdout = sys.stderr = output
        count += 1
        name = f"<code {count}>"
        linecache.cache[name] = (len(code), None, code.splitlines(True), name)
        try:
            tree = ast.parse(code, name)
            last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
            first = compile(tree, name, "exec")
            rest = compile(ast.Expression(last.value), name, "eval") if last else None
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            return {"type": "syntax", "error": describe(error)}
        try:
            state["running"] = True
            exec(first, namespace)
            value = eval(rest, namespace) if rest else None
            answer = {"type": "result", "value": jsonable(value)}
        except Submission as submission:
            answer = {"type": "final", "value": {k: jsonable(v) for k, v in submission.args[0].items()}}
        except BaseException as error:
            answer = {"type": "error", "error": describe(error)}
        finally:
            state["running"] = False
            sys.stdout, sys.stderr = sys.__stdout__, sys.__stderr__
        answer["stdout"] = output.text()
        return answer

    send({"type": "ready", "kernel": kernel})
    while True:
        message = receive()
        if message.get("type") == "execute":
            try:
                answer = execute(message["code"], message["variables"])
            except BaseException as error:
                # An interrupt that came a moment too late.
                state["running"] = False
                answer = {"type": "error", "error": describe(error)}
            send(answer)

main()
