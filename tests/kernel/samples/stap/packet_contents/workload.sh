ip link set lo up
syscalls sockets
