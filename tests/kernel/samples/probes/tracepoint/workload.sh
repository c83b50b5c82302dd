calls getppid 300
