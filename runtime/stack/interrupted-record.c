/* Of an exception the kernel makes a record as any other: one of zeros is the last. */
#define tapc_frame_interrupted(record, next, address) false
