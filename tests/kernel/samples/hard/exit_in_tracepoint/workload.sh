calls getppid 1
