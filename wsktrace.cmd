@echo off
rem wsktrace: shows what a Windows kernel driver does with Winsock Kernel, and says what it does wrong.
rem Finds a JDK 25 (JAVA_HOME, PATH, the usual folders), builds the collector if it is not built, runs the command line.
rem
rem Exit status: that of the command (0 to 3); 4: no JDK 25 or newer; 5: the build failed.
rem Environment: JAVA_OPTS and WSKTRACE_OPTS: options for the Java virtual machine, separated by spaces.
rem Unlike the shell launcher it does not download a JDK, and after a change of the sources the build is yours to start:
rem   mvnw.cmd -pl collector -am package
rem It was run under Wine's cmd with stand-ins for Java and Maven, not on Windows.
setlocal DisableDelayedExpansion
set "root=%~dp0"
set "built=%root%collector\target"

set "jdk="
if defined JAVA_HOME call :look "%JAVA_HOME:"=%"
for %%J in (java.exe) do call :look "%%~dp$PATH:J.."
for %%P in ("%USERPROFILE%\.jdks" "%LOCALAPPDATA%\Programs\Eclipse Adoptium" "%ProgramFiles%\Eclipse Adoptium" "%ProgramFiles%\Java" "%ProgramFiles%\Microsoft" "%ProgramFiles%\Zulu" "%ProgramFiles%\Amazon Corretto" "%ProgramFiles%\BellSoft") do for /f "delims=" %%J in ('dir /b /ad "%%~P" 2^>nul') do call :look "%%~P\%%J"
if not defined jdk goto no_jdk
set "JAVA_HOME=%jdk%"

if exist "%built%\wsktrace-collector.jar" goto run
echo wsktrace: building; the first time this downloads libraries and takes some minutes. >&2
if not exist "%built%" mkdir "%built%"
pushd "%root%"
call mvnw.cmd -B -ntp -q -pl collector -am -Dmaven.test.skip=true package >"%built%\build.log" 2>&1 <nul
set "status=%ERRORLEVEL%"
popd
if "%status%"=="0" goto run
type "%built%\build.log" >&2
echo wsktrace: the build failed, see above; without a network it can't download what it needs. >&2
exit /b 5

:run
rem Without -Xms the heap begins with a 64th of the machine's memory, and stays that large.
"%JAVA_HOME%\bin\java.exe" --enable-native-access=ALL-UNNAMED -Xms32m %JAVA_OPTS% %WSKTRACE_OPTS% -cp "%built%\wsktrace-collector.jar;%built%\lib\*" org.wsktrace.cli.Main %*
exit /b %ERRORLEVEL%

:no_jdk
echo wsktrace: no JDK 25: install one (winget install EclipseAdoptium.Temurin.25.JDK, or https://adoptium.net) and set JAVA_HOME to it. >&2
exit /b 4

rem look FOLDER: takes it for the JDK if it is one and there is none yet.
:look
if defined jdk exit /b
if not exist "%~1\bin\javac.exe" exit /b
if not exist "%~1\release" exit /b
set "release="
for /f "usebackq tokens=1,2 delims==.-" %%A in ("%~1\release") do if "%%A"=="JAVA_VERSION" set "release=%%B"
if not defined release exit /b
set "release=%release:"=%"
if %release% GEQ 25 set "jdk=%~1"
exit /b
