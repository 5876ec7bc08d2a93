# client_sources(NAME RESULT): the sources of a client driver, with their paths, into the variable RESULT. CLIENTS: the
# names of all.
set(CLIENTS clean-client mdl-freed buffer-freed pages-unlocked irp-reused double-close socket-leaked unload-pending
  crowd crowd-mdl-freed listener listener-buffer-freed driven driven-mdl-freed)
set(CLIENT_FOLDER ${CMAKE_CURRENT_LIST_DIR})

function(client_sources NAME RESULT)
  set(FILES driver.c client.c transfer.c)
  if(NAME MATCHES "^(crowd|listener|driven)(-(.*))?$")
    set(MISUSE none)
    if(CMAKE_MATCH_3)
      set(MISUSE ${CMAKE_MATCH_3})
    endif()
    list(APPEND FILES ${CMAKE_MATCH_1}.c misuse/${MISUSE}.c)
  else()
    list(APPEND FILES ${NAME}.c)
  endif()
  list(TRANSFORM FILES PREPEND ${CLIENT_FOLDER}/)
  set(${RESULT} ${FILES} PARENT_SCOPE)
endfunction()
