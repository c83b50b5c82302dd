syscalls open
