syscalls sockets
