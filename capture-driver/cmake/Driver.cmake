# wskt_add_driver(NAME FILE...): NAME.sys out of C sources, by mingw's gcc, or by clang and lld when
# WSKT_DRIVERS_BY_CLANG is set; for x64, or for x86 when CMAKE_SYSTEM_PROCESSOR is X86. The sources
# include ntddk.h and wsk.h (compat/). LIBRARIES: import libraries beside ntoskrnl and hal, e.g. netio.

get_filename_component(WSKT_CAPTURE_DRIVER ${CMAKE_CURRENT_LIST_DIR} DIRECTORY)

set(WSKT_DRIVER_DEFINES _WIN32_WINNT=0x0A00 NTDDI_VERSION=0x0A000000)
set(WSKT_DRIVER_WARNINGS -Wall -Wextra -Werror)
# No red zone: an interrupt may use our stack. No stack protector: there is no runtime. Unwind tables: a stack trace
# through a driver without them ends there. No SLP: it gathers scalars in a vector register for one store, which takes more
# than the stores.
set(WSKT_DRIVER_FLAGS -std=gnu11 -O2 -g -ffreestanding -fno-stack-protector -mno-red-zone -fno-tree-slp-vectorize
  -fasynchronous-unwind-tables)
if(CMAKE_SYSTEM_PROCESSOR STREQUAL "X86")
  list(APPEND WSKT_DRIVER_DEFINES _X86_)
  # What a thread has in the FPU and in vector registers is its own: a driver for x86 saves it first, or leaves it alone.
  list(APPEND WSKT_DRIVER_FLAGS -march=i686 -mno-sse -mno-mmx -mno-80387)
  set(WSKT_TARGET i686)
  set(WSKT_ENTRY _DriverEntry@8)
else()
  list(APPEND WSKT_DRIVER_DEFINES _AMD64_)
  set(WSKT_TARGET x86_64)
  set(WSKT_ENTRY DriverEntry)
endif()

if(WSKT_DRIVERS_BY_CLANG)
  find_program(WSKT_CLANG NAMES clang clang-14 REQUIRED)
  find_program(WSKT_LLD NAMES lld-link lld-link-14 REQUIRED)
  find_program(WSKT_DLLTOOL NAMES llvm-dlltool llvm-dlltool-14 REQUIRED)
  execute_process(COMMAND ${CMAKE_C_COMPILER} -print-sysroot OUTPUT_VARIABLE WSKT_SYSROOT OUTPUT_STRIP_TRAILING_WHITESPACE)
  find_path(WSKT_MINGW_INCLUDE ddk/ntddk.h
    HINTS ${WSKT_SYSROOT}/${WSKT_TARGET}-w64-mingw32/include /usr/${WSKT_TARGET}-w64-mingw32/include REQUIRED
    NO_CMAKE_FIND_ROOT_PATH)
else()
  execute_process(COMMAND ${CMAKE_C_COMPILER} -print-file-name=libntoskrnl.a
    OUTPUT_VARIABLE WSKT_NTOSKRNL OUTPUT_STRIP_TRAILING_WHITESPACE)
  get_filename_component(WSKT_MINGW_LIB ${WSKT_NTOSKRNL} DIRECTORY)
  get_filename_component(WSKT_MINGW_INCLUDE ${WSKT_MINGW_LIB}/../include ABSOLUTE)
endif()

# LIBS: import libraries for a driver of these objects, out of cmake/NAME.def for each of the NAMES. On x86 a name is
# decorated with its calling convention; the objects say how, the lists need not (decorate.cmake).
function(_wskt_import_libraries DRIVER LIBS NAMES OBJECTS)
  set(FILES)
  foreach(NAME ${NAMES})
    set(DEF ${WSKT_CAPTURE_DRIVER}/cmake/${NAME}.def)
    if(WSKT_TARGET STREQUAL "i686")
      find_program(WSKT_NM NAMES llvm-nm llvm-nm-14 REQUIRED)
      set(FILE ${CMAKE_CURRENT_BINARY_DIR}/${DRIVER}.dir/${NAME})
      string(REPLACE ";" " " LIST "${OBJECTS}")
      add_custom_command(OUTPUT ${FILE}.lib
        COMMAND ${CMAKE_COMMAND} -DNM=${WSKT_NM} -DDEF=${DEF} -DOBJECTS=${LIST} -DOUT=${FILE}.def
          -P ${WSKT_CAPTURE_DRIVER}/cmake/decorate.cmake
        COMMAND ${WSKT_DLLTOOL} -m i386 -k -d ${FILE}.def -l ${FILE}.lib
        DEPENDS ${DEF} ${OBJECTS} ${WSKT_CAPTURE_DRIVER}/cmake/decorate.cmake VERBATIM)
      list(APPEND FILES ${FILE}.lib)
    else()
      list(APPEND FILES ${CMAKE_BINARY_DIR}/${NAME}.lib)
      if(NOT TARGET wskt-lib-${NAME})
        add_custom_command(OUTPUT ${CMAKE_BINARY_DIR}/${NAME}.lib
          COMMAND ${WSKT_DLLTOOL} -m i386:x86-64 -d ${DEF} -l ${CMAKE_BINARY_DIR}/${NAME}.lib
          DEPENDS ${DEF})
        add_custom_target(wskt-lib-${NAME} DEPENDS ${CMAKE_BINARY_DIR}/${NAME}.lib)
      endif()
      list(APPEND FILES wskt-lib-${NAME})
    endif()
  endforeach()
  set(${LIBS} ${FILES} PARENT_SCOPE)
endfunction()

# Two functions are declared by mingw's intrinsics and defined, as static, by its wdm.h. clang, being MSVC, makes that
# one definition in every object; without the declaration they are static.
set(WSKT_CLANG_DEFINES __INTRINSIC_DEFINED_InterlockedBitTestAndSet __INTRINSIC_DEFINED_InterlockedBitTestAndReset)

function(_wskt_add_driver_by_clang NAME)
  cmake_parse_arguments(D "" "" "LIBRARIES" ${ARGN})
  set(DEFINES ${WSKT_DRIVER_DEFINES} ${WSKT_CLANG_DEFINES})
  list(TRANSFORM DEFINES PREPEND -D)
  set(OBJECTS)
  foreach(SOURCE ${D_UNPARSED_ARGUMENTS})
    get_filename_component(SOURCE ${SOURCE} ABSOLUTE)
    get_filename_component(STEM ${SOURCE} NAME_WE)
    set(OBJECT ${CMAKE_CURRENT_BINARY_DIR}/${NAME}.dir/${STEM}.obj)
    add_custom_command(OUTPUT ${OBJECT}
      COMMAND ${CMAKE_COMMAND} -E make_directory ${CMAKE_CURRENT_BINARY_DIR}/${NAME}.dir
      COMMAND ${WSKT_CLANG} --target=${WSKT_TARGET}-pc-windows-msvc -fgnuc-version=4.2.1 -fms-extensions -gcodeview
        ${WSKT_DRIVER_FLAGS} ${DEFINES} ${WSKT_DRIVER_WARNINGS} -I${WSKT_CAPTURE_DRIVER}/compat
        -isystem ${WSKT_MINGW_INCLUDE} -isystem ${WSKT_MINGW_INCLUDE}/ddk
        -MD -MF ${OBJECT}.d -c ${SOURCE} -o ${OBJECT}
      DEPENDS ${SOURCE} DEPFILE ${OBJECT}.d)
    list(APPEND OBJECTS ${OBJECT})
  endforeach()
  _wskt_import_libraries(${NAME} NEEDED "ntoskrnl;hal;${D_LIBRARIES}" "${OBJECTS}")
  set(LIBS ${NEEDED})
  list(FILTER LIBS INCLUDE REGEX "\\.lib$")
  set(SYS ${CMAKE_CURRENT_BINARY_DIR}/${NAME}.sys)
  add_custom_command(OUTPUT ${SYS}
    COMMAND ${WSKT_LLD} /nologo /driver /subsystem:native,10.0 /entry:DriverEntry /nodefaultlib
      /dynamicbase /nxcompat /debug /pdb:${CMAKE_CURRENT_BINARY_DIR}/${NAME}.pdb /pdbaltpath:${NAME}.pdb /out:${SYS} ${OBJECTS} ${LIBS}
    DEPENDS ${OBJECTS} ${NEEDED})
  add_custom_target(${NAME} ALL DEPENDS ${SYS})
endfunction()

function(_wskt_add_driver_by_gcc NAME)
  cmake_parse_arguments(D "" "" "LIBRARIES" ${ARGN})
  add_executable(${NAME} ${D_UNPARSED_ARGUMENTS})
  set_target_properties(${NAME} PROPERTIES SUFFIX .sys)
  target_compile_definitions(${NAME} PRIVATE ${WSKT_DRIVER_DEFINES})
  target_compile_options(${NAME} PRIVATE ${WSKT_DRIVER_FLAGS} ${WSKT_DRIVER_WARNINGS})
  target_include_directories(${NAME} PRIVATE ${WSKT_CAPTURE_DRIVER}/compat)
  target_include_directories(${NAME} SYSTEM PRIVATE ${WSKT_MINGW_INCLUDE}/ddk)
  # With mingw's own OS version, 4, a real kernel leaves the sections unprotected.
  target_link_options(${NAME} PRIVATE -nostdlib -shared -Wl,--subsystem,native -Wl,--entry,${WSKT_ENTRY}
    -Wl,--dynamicbase -Wl,--nxcompat -Wl,--major-os-version,10 -Wl,--minor-os-version,0
    -Wl,--major-subsystem-version,10 -Wl,--minor-subsystem-version,0 -Wl,--exclude-all-symbols)
  target_link_libraries(${NAME} PRIVATE ntoskrnl hal ${D_LIBRARIES} gcc) # gcc: 64-bit arithmetic of x86
  # CMake adds the libraries of user-mode programs; a driver must not have them.
  set_target_properties(${NAME} PROPERTIES LINKER_LANGUAGE C)
endfunction()

function(wskt_add_driver)
  if(WSKT_DRIVERS_BY_CLANG)
    _wskt_add_driver_by_clang(${ARGN})
  else()
    _wskt_add_driver_by_gcc(${ARGN})
  endif()
endfunction()
