# abci.proto as C++.  What the generator writes is compiled without our warnings, as a header of the system.
set(out ${CMAKE_BINARY_DIR}/include/abci_messages/ballast/abci)
file(MAKE_DIRECTORY ${out})
add_custom_command(
  OUTPUT ${out}/abci.pb.cc ${out}/abci.pb.h
  COMMAND protobuf::protoc --proto_path=${CMAKE_CURRENT_LIST_DIR} --cpp_out=${out} abci.proto
  DEPENDS ${CMAKE_CURRENT_LIST_DIR}/abci.proto VERBATIM)
add_library(abci_messages STATIC ${out}/abci.pb.cc)
target_compile_options(abci_messages PRIVATE -w)
target_include_directories(abci_messages SYSTEM PUBLIC ${CMAKE_BINARY_DIR}/include/abci_messages)
target_link_libraries(abci_messages PUBLIC protobuf::libprotobuf)
