syscalls all
