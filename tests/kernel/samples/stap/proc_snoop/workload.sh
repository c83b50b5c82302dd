calls getppid 1 | sed -n 's/^pid /pid=/p' >>$BIND
