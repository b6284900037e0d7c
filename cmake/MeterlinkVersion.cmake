# Sets meterlink_version from include/meterlink/version.hpp, which is where the version is written down.
set(_version_header "${CMAKE_CURRENT_LIST_DIR}/../include/meterlink/version.hpp")
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${_version_header}")

file(READ "${_version_header}" _text)
foreach(_part IN ITEMS major minor patch)
    if(NOT _text MATCHES "version_${_part} = ([0-9]+);")
        message(FATAL_ERROR "${_version_header} does not define version_${_part}")
    endif()
    set(_${_part} "${CMAKE_MATCH_1}")
endforeach()
set(meterlink_version "${_major}.${_minor}.${_patch}")

if(NOT _text MATCHES "version_string = \"([^\"]*)\";" OR NOT CMAKE_MATCH_1 STREQUAL meterlink_version)
    message(FATAL_ERROR "${_version_header}: version_string is not \"${meterlink_version}\"")
endif()
