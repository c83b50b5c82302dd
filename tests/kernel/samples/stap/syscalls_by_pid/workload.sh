calls getppid 5000 | sed -n 's/^pid /pid=/p' >>$BIND
