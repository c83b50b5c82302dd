calls getppid 1000 | sed -n 's/^pid /pid=/p' >>$BIND
