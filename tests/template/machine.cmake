# A copy of the machine with one instrument more: enough of it to build that instrument and the registry.
cmake_minimum_required(VERSION 3.25)
project(template VERSION 0.0.0 LANGUAGES CXX)

set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(BALLAST_TESTS ON)

include(cmake/ballast.cmake)
find_package(GTest REQUIRED)
include(GoogleTest)
enable_testing()
add_subdirectory(core)

# The rest of the engine need not be compiled for its registry.
add_executable(registry_test registry_test.cpp)
target_include_directories(registry_test PRIVATE $<TARGET_PROPERTY:engine,INTERFACE_INCLUDE_DIRECTORIES>)
target_link_libraries(registry_test PRIVATE instruments GTest::gtest_main)
