syscalls odd
