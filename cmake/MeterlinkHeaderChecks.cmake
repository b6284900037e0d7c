# meterlink_check_headers(<target> <library> <include folder> <header>...)
# An object library with one translation unit per header, which includes that header alone, and twice: each header
# must bring everything that it needs and be guarded.
function(meterlink_check_headers target library include)
    set(units)
    foreach(header IN LISTS ARGN)
        cmake_path(RELATIVE_PATH header BASE_DIRECTORY "${include}" OUTPUT_VARIABLE name)
        set(unit "${CMAKE_CURRENT_BINARY_DIR}/${target}.units/${name}.cpp")
        file(CONFIGURE OUTPUT "${unit}" CONTENT "#include <${name}>\n#include <${name}>\n")
        list(APPEND units "${unit}")
    endforeach()
    add_library(${target} OBJECT ${units})
    target_link_libraries(${target} PRIVATE ${library})
    target_include_directories(${target} PRIVATE "${include}")
    target_compile_features(${target} PRIVATE cxx_std_20)
endfunction()

# meterlink_check_odr(<target> <library> <include folder> <header>)
# A program of two translation units that include the same header: whatever is defined in it and not inline does not
# link.
function(meterlink_check_odr target library include header)
    set(folder "${CMAKE_CURRENT_BINARY_DIR}/${target}.units")
    file(CONFIGURE OUTPUT "${folder}/one.cpp" CONTENT "#include <${header}>\nint main() {}\n")
    file(CONFIGURE OUTPUT "${folder}/two.cpp" CONTENT "#include <${header}>\n")
    add_executable(${target} "${folder}/one.cpp" "${folder}/two.cpp")
    target_link_libraries(${target} PRIVATE ${library})
    target_include_directories(${target} PRIVATE "${include}")
    target_compile_features(${target} PRIVATE cxx_std_20)
endfunction()
