# Writes version.cpp from version.cpp.in; touches it only when the commit has changed.
# cmake -DSOURCE=<tree> -DOUTPUT=<file> -DBALLAST_VERSION=<x.y.z> -P stamp.cmake
execute_process(COMMAND git -C ${SOURCE} describe --always --dirty --abbrev=12 --exclude=*
                OUTPUT_VARIABLE BALLAST_COMMIT OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE failed)
if(failed)
  set(BALLAST_COMMIT unknown)
endif()
configure_file(${CMAKE_CURRENT_LIST_DIR}/version.cpp.in ${OUTPUT} @ONLY)
