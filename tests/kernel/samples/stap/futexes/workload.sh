syscalls all 2>/dev/null
