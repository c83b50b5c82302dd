calls getppid 200
