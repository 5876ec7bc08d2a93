# Debian: apt install clang lld llvm gcc-mingw-w64-x86-64 (for its headers and user-mode libraries).
# The drivers are built as for MSVC: read-only import tables, .pdata, a PDB. wskctl and what else runs in user mode
# is built with mingw's gcc in either case: clang for MSVC would need Microsoft's C runtime.
set(CMAKE_SYSTEM_NAME Windows)
set(CMAKE_SYSTEM_PROCESSOR AMD64)
set(CMAKE_C_COMPILER x86_64-w64-mingw32-gcc)
set(WSKT_DRIVERS_BY_CLANG ON)
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
