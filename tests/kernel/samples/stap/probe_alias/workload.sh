calls write 100
syscalls open
