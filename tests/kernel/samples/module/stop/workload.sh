ls -l $TAPC | grep -c "^-rw-------\|^-r--------\|^--w-------" >>$OUT/modes
[ "$(cat $OUT/modes)" = 3 ]
