# Debian: apt install clang lld llvm gcc-mingw-w64-i686-win32. As clang-lld.cmake, for x86.
include(${CMAKE_CURRENT_LIST_DIR}/mingw-gcc-x86.cmake)
set(WSKT_DRIVERS_BY_CLANG ON)
