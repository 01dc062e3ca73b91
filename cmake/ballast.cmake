# How a folder becomes a library.  core/CMakeLists.txt lists the folders; this file says what a line there means.

# Warnings are errors everywhere.  Where several files are compiled as one, a name may hide one of another file.
if(NOT CMAKE_UNITY_BUILD)
  add_compile_options(-Wshadow)
elseif(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  add_compile_options(-Wshadow=local)
endif()
add_compile_options(-Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wold-style-cast
                    -Wnon-virtual-dtor -Wcast-align -Wimplicit-fallthrough -Werror -ffp-contract=off)

if(BALLAST_SANITIZE)
  add_compile_options(-fsanitize=${BALLAST_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${BALLAST_SANITIZE})
endif()

# Gives folder `dir` an include root of its own, so that only the libraries a target names can be included from it.
function(ballast_include_root name dir)
  set(root ${CMAKE_BINARY_DIR}/include/${name})
  file(MAKE_DIRECTORY ${root}/ballast)
  file(CREATE_LINK ${dir} ${root}/ballast/${name} SYMBOLIC)
  target_include_directories(${name} PUBLIC ${root})
endfunction()

# What is not the machine, nor on the way of every transaction: how long it takes to compile counts for more than how
# fast it is.  `level` is -O1, or -O0 for commands, which run once.  g++ 12 warns at -O1 of values it cannot follow.
function(ballast_compile_quickly name level)
  target_compile_options(${name} PRIVATE $<$<CONFIG:Release>:${level}>
                                         $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
endfunction()

# ballast_precompiled(<name> [QUICKLY <level>] HEADERS <header>... [ON <library>...]): headers that many files include,
# read by the compiler once for all targets that `ballast_reads(<target> <name>)`.  Those compile with the same options,
# as QUICKLY or not.  Every file includes what it uses all the same: the preset fuzz reads nothing ahead.
function(ballast_precompiled name)
  cmake_parse_arguments(PARSE_ARGV 1 ARG "" "QUICKLY" "HEADERS;ON")
  add_library(${name} OBJECT EXCLUDE_FROM_ALL ${CMAKE_SOURCE_DIR}/cmake/empty.cpp)
  target_link_libraries(${name} PRIVATE ${ARG_ON})
  target_precompile_headers(${name} PRIVATE ${ARG_HEADERS})
  if(ARG_QUICKLY)
    ballast_compile_quickly(${name} ${ARG_QUICKLY})
  endif()
endfunction()
function(ballast_reads target name)
  target_precompile_headers(${target} REUSE_FROM ${name})
endfunction()

if(BALLAST_TESTS)
  ballast_precompiled(core_test_headers QUICKLY -O1 HEADERS <gtest/gtest.h> <algorithm> <functional> <map>
                      <string> <vector> ON GTest::gtest)
endif()

# Files of `name` that use the same private names are compiled one by one, where others are compiled together.
function(ballast_apart name)
  set_target_properties(${name} PROPERTIES UNITY_BUILD OFF)
endfunction()

function(ballast_tests_apart name)
  if(TARGET ${name}_test)
    ballast_apart(${name}_test)
  endif()
endfunction()

# Every *_test.cpp of `dir` goes into one program, <name>_test, that may see what the folder sees, and reads the headers
# `read` ahead.  Its tests carry the label of the tree they stand in: core or drivers.
function(ballast_folder_tests name dir read)
  file(GLOB tests CONFIGURE_DEPENDS ${dir}/*_test.cpp)
  if(NOT BALLAST_TESTS OR NOT tests)
    return()
  endif()
  add_executable(${name}_test ${tests})
  target_link_libraries(${name}_test PRIVATE ${name} GTest::gtest_main)
  target_compile_definitions(${name}_test PRIVATE BALLAST_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
  ballast_compile_quickly(${name}_test -O1)
  ballast_reads(${name}_test ${read})
  cmake_path(RELATIVE_PATH dir BASE_DIRECTORY ${CMAKE_SOURCE_DIR} OUTPUT_VARIABLE label)
  string(REGEX REPLACE "/.*" "" label ${label})
  gtest_discover_tests(${name}_test DISCOVERY_TIMEOUT 60 PROPERTIES TIMEOUT 600 LABELS ${label})
  if(label STREQUAL "core")
    add_dependencies(core_tests ${name}_test)
  endif()
endfunction()

# All tests of the core, and of the machine as a whole: what is worth compiling once more for other compilers and for
# sanitizers.
add_custom_target(core_tests)

# Each header of `dir` compiled by itself, twice over: it includes what it uses, and may be included again.
function(ballast_folder_headers name dir)
  file(GLOB headers CONFIGURE_DEPENDS RELATIVE ${dir} ${dir}/*.hpp)
  if(NOT BALLAST_HEADERS OR NOT headers)
    return()
  endif()
  foreach(header IN LISTS headers)
    set(unit ${CMAKE_BINARY_DIR}/headers/${name}/${header}.cpp)
    set(include "#include <ballast/${name}/${header}>\n")
    file(CONFIGURE OUTPUT ${unit} CONTENT "${include}${include}")
    list(APPEND units ${unit})
  endforeach()
  add_library(${name}_headers OBJECT ${units})
  target_link_libraries(${name}_headers PRIVATE ${name})
  target_compile_options(${name}_headers PRIVATE $<TARGET_PROPERTY:${name},COMPILE_OPTIONS>)
endfunction()

# ballast_folder(<name> [SHELF <dir>] [ON <folder>...] [LIBS <library>...])
#
# One folder of the core, one line.  ON names the folders it stands on: each must have been declared already (it is on a
# lower floor) and neither it nor what it stands on may be of the same shelf.  LIBS are libraries from outside that only
# its .cpp files see.
function(ballast_folder name)
  cmake_parse_arguments(PARSE_ARGV 1 ARG "" "SHELF" "ON;LIBS")
  set(sees ${ARG_ON})
  foreach(below IN LISTS ARG_ON)
    if(NOT TARGET ${below})
      message(FATAL_ERROR "core/${name} may not stand on ${below}: it is on a higher floor, or does not exist")
    endif()
    get_target_property(further ${below} BALLAST_SEES)
    list(APPEND sees ${further})
  endforeach()
  list(REMOVE_DUPLICATES sees)
  foreach(below IN LISTS sees)
    get_target_property(shelf ${below} BALLAST_SHELF)
    if(ARG_SHELF AND shelf STREQUAL ARG_SHELF)
      message(FATAL_ERROR "core/${name} may not see ${below}: both stand on the shelf ${ARG_SHELF}")
    endif()
  endforeach()

  set(dir ${CMAKE_CURRENT_SOURCE_DIR}/${ARG_SHELF}/${name})
  file(GLOB sources CONFIGURE_DEPENDS ${dir}/*.cpp)
  list(FILTER sources EXCLUDE REGEX "_test\\.cpp$")
  add_library(${name} STATIC ${sources} ${CMAKE_SOURCE_DIR}/cmake/empty.cpp)
  ballast_include_root(${name} ${dir})
  target_link_libraries(${name} PUBLIC ${ARG_ON} PRIVATE ${ARG_LIBS})
  target_compile_options(${name} PRIVATE -fno-exceptions -fno-rtti)
  if(BALLAST_FLOAT_FREE AND NOT name STREQUAL "pricing")
    target_compile_options(${name} PRIVATE -mgeneral-regs-only)
  endif()
  set_target_properties(${name} PROPERTIES BALLAST_SHELF "${ARG_SHELF}" BALLAST_SEES "${sees}")
  set_property(GLOBAL APPEND PROPERTY BALLAST_CORE ${name})
  ballast_folder_tests(${name} ${dir} core_test_headers)
  ballast_folder_headers(${name} ${dir})
endfunction()

# ballast_instrument(<name>): an instrument, core/positions/<name>, with a door of the same name.
function(ballast_instrument name)
  ballast_folder(${name} SHELF positions ON base math pricing risk)
  set_property(GLOBAL APPEND PROPERTY BALLAST_INSTRUMENTS ${name})
endfunction()

# All instruments together, behind one header, <ballast/instruments/all.hpp>: what the registry stands on.
function(ballast_instruments)
  get_property(names GLOBAL PROPERTY BALLAST_INSTRUMENTS)
  set(root ${CMAKE_BINARY_DIR}/include/instruments)
  foreach(name IN LISTS names)
    string(APPEND content "#include <ballast/${name}/${name}.hpp>\n")
    get_target_property(below ${name} BALLAST_SEES)
    list(APPEND sees ${name} ${below})
  endforeach()
  list(REMOVE_DUPLICATES sees)
  file(CONFIGURE OUTPUT ${root}/ballast/instruments/all.hpp CONTENT "#pragma once\n${content}")
  add_library(instruments INTERFACE)
  target_include_directories(instruments INTERFACE ${root})
  target_link_libraries(instruments INTERFACE ${names})
  set_target_properties(instruments PROPERTIES BALLAST_SHELF "" BALLAST_SEES "${sees}")
endfunction()

# ballast_driver(<name> [QUICKLY <level>] [READS <headers>] [ON <library>...]): a folder of drivers/, compiled for speed
# unless QUICKLY.  Drivers may throw nothing across their doors either, but the libraries they stand on may, so
# exceptions stay enabled.
function(ballast_driver name)
  cmake_parse_arguments(PARSE_ARGV 1 ARG "" "QUICKLY;READS" "ON")
  set(dir ${CMAKE_CURRENT_SOURCE_DIR}/${name})
  file(GLOB sources CONFIGURE_DEPENDS ${dir}/*.cpp)
  list(FILTER sources EXCLUDE REGEX "(_test|main)\\.cpp$")
  add_library(${name} STATIC ${sources} ${CMAKE_SOURCE_DIR}/cmake/empty.cpp)
  ballast_include_root(${name} ${dir})
  target_link_libraries(${name} PUBLIC ${ARG_ON})
  if(ARG_QUICKLY)
    ballast_compile_quickly(${name} ${ARG_QUICKLY})
  endif()
  set(read core_test_headers)
  if(ARG_READS)
    ballast_reads(${name} ${ARG_READS})
    set(read driver_test_headers)
  endif()
  ballast_folder_tests(${name} ${dir} ${read})
endfunction()

# ballast_program(<name> SOURCES <file>... [ON <library>...]): a program at the top of the build folder.
function(ballast_program name)
  cmake_parse_arguments(PARSE_ARGV 1 ARG "" "" "SOURCES;ON")
  add_executable(${name}_program ${ARG_SOURCES})
  target_link_libraries(${name}_program PRIVATE ${ARG_ON})
  set_target_properties(${name}_program PROPERTIES OUTPUT_NAME ${name} RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR})
endfunction()

# ballast_fuzzer(<name> SOURCES <file>... [ON <library>...]): a libFuzzer program, build/fuzz/fuzzers/<name>.
function(ballast_fuzzer name)
  cmake_parse_arguments(PARSE_ARGV 1 ARG "" "" "SOURCES;ON")
  add_executable(fuzz_${name} ${ARG_SOURCES})
  target_link_libraries(fuzz_${name} PRIVATE ${ARG_ON})
  target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
  set_target_properties(fuzz_${name} PROPERTIES OUTPUT_NAME ${name}
                                               RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/fuzzers)
endfunction()

# ballast_bench(<name> SOURCES <file>... [ON <library>...]): a benchmark, build/release/benches/<name>.
function(ballast_bench name)
  cmake_parse_arguments(PARSE_ARGV 1 ARG "" "" "SOURCES;ON")
  add_executable(bench_${name} ${ARG_SOURCES})
  target_link_libraries(bench_${name} PRIVATE ${ARG_ON})
  set_target_properties(bench_${name} PROPERTIES OUTPUT_NAME ${name}
                                                RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/benches)
endfunction()

# `version`: <ballast/version/version.hpp> says which commit was built.  Drivers name it; the core cannot know.
add_custom_target(version_stamp BYPRODUCTS ${CMAKE_BINARY_DIR}/version.cpp
  COMMAND ${CMAKE_COMMAND} -DSOURCE=${CMAKE_SOURCE_DIR} -DOUTPUT=${CMAKE_BINARY_DIR}/version.cpp
          -DBALLAST_VERSION=${PROJECT_VERSION} -P ${CMAKE_CURRENT_LIST_DIR}/version/stamp.cmake VERBATIM)
add_library(version STATIC ${CMAKE_BINARY_DIR}/version.cpp)
ballast_include_root(version ${CMAKE_CURRENT_LIST_DIR}/version)
add_dependencies(version version_stamp)

# The libraries from outside that the core links: SHA-256 from OpenSSL, ed25519 from libsodium, recovery of Ethereum
# keys from libsecp256k1.
add_library(crypto_hash INTERFACE)
target_link_libraries(crypto_hash INTERFACE -lcrypto)
add_library(crypto_sign INTERFACE)
target_link_libraries(crypto_sign INTERFACE -lsodium)
add_library(crypto_recover INTERFACE)
target_link_libraries(crypto_recover INTERFACE -lsecp256k1)
