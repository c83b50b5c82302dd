syscalls files
