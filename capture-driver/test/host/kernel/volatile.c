/*
 * MSVC compiles a volatile access for x64 as acquire (read) or release (write), and the driver's sources count on
 * that or on the barrier beside it. gcc calls these before each volatile access (tsan-distinguish-volatile), so the
 * thread sanitizer learns the same order; a race on anything that is not volatile is still a race.
 */
#ifdef __SANITIZE_THREAD__

void __tsan_acquire(void *Address);
void __tsan_release(void *Address);

#define ACCESS(Size)                                     \
    void __tsan_volatile_read##Size(void *Address);      \
    void __tsan_volatile_read##Size(void *Address)       \
    {                                                    \
        __tsan_acquire(Address);                         \
    }                                                    \
    void __tsan_volatile_write##Size(void *Address);     \
    void __tsan_volatile_write##Size(void *Address)      \
    {                                                    \
        __tsan_release(Address);                         \
    }

ACCESS(1)
ACCESS(2)
ACCESS(4)
ACCESS(8)
ACCESS(16)

#else

typedef int VolatileNeedsNothingHere;

#endif
